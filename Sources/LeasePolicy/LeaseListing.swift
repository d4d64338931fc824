package import NetworkTypes

/// One line of the list of addresses.
package struct LeaseEntry: Hashable, Sendable {
    /// What an address is used for.
    package enum State: String, Hashable, Sendable {
        case leased
        /// The lease ran out or was released; its client gets the address again unless another needs it.
        case expired
        case offered
        /// Reserved, and never leased.
        case reserved
        /// Set aside, because another machine answers there.
        case declined
    }

    package var address: IPv4Address
    /// Nil for an address that is set aside.
    package var mac: MACAddress?
    package var subnet: IPv4Subnet
    package var state: State
    package var hostName: String?
    /// Seconds since 1970; nil for a reservation without a lease.
    package var expiresAt: Int64?
}

extension LeaseTable {
    /// Every address that is in use or set aside, by address.
    package func entries(now: Int64) -> [LeaseEntry] {
        var entries: [IPv4Address: LeaseEntry] = [:]
        func add(
            _ address: IPv4Address, _ mac: MACAddress?, _ state: LeaseEntry.State, _ name: String?, _ expiry: Int64?
        ) {
            guard let subnet = subnet(of: address).map({ plans[$0].subnet }) else { return }
            entries[address] = LeaseEntry(
                address: address, mac: mac, subnet: subnet, state: state, hostName: name, expiresAt: expiry)
        }
        for (client, reservation) in reservations {
            add(reservation.address, client.mac, .reserved, reservation.hostName, nil)
        }
        for (client, hold) in holds where hold.expiresAt > now {
            add(hold.address, client.mac, .offered, hold.query.hostName, hold.expiresAt)
        }
        for (address, lease) in leases {
            add(address, lease.mac, lease.expiresAt > now ? .leased : .expired, lease.hostName, lease.expiresAt)
        }
        for (address, expiry) in quarantine where expiry > now { add(address, nil, .declined, nil, expiry) }
        return entries.values.sorted { $0.address < $1.address }
    }
}
