extension LeaseTable {
    /// A client found its address in use (RFC 2131 section 4.3.3): it is set aside. Only the client that has or was
    /// offered an address can decline it.
    package mutating func decline(_ query: LeaseQuery, now: Int64) -> LeaseAction {
        guard let address = query.requested, let subnet = subnet(of: address) else {
            return .ignore(reason: "a DECLINE that names no address of ours")
        }
        if let server = query.server, !serverAddresses.contains(server) {
            return .ignore(reason: "it declines an address of the server \(server)", cause: .anotherServer)
        }
        let client = Client(subnet: subnet, mac: query.mac)
        let wasLeased = leasedAddresses[client] == address
        guard wasLeased || holds[client]?.address == address else {
            return .ignore(reason: "it declines \(address), which it does not have")
        }
        dropHold(of: client)
        setAside(address, now: now)
        guard wasLeased else { return .record([], reason: "another machine answers at \(address)") }
        leasedAddresses[client] = nil
        leases[address] = nil
        return .record([.remove(address)], reason: "another machine answers at \(address)")
    }

    /// A client gives its address back (RFC 2131 section 4.3.4); the lease ends now and is remembered.
    package mutating func release(_ query: LeaseQuery, now: Int64) -> LeaseAction {
        let address = query.clientAddress
        guard var lease = leases[address], lease.mac == query.mac else {
            return .ignore(reason: "it releases \(address), which it does not have")
        }
        lease.expiresAt = min(lease.expiresAt, now)
        leases[address] = lease
        return .record([.put(lease)], reason: "\(address) is free")
    }

    /// A client that has an address asks for the settings alone (RFC 2131 section 4.3.5).
    package func inform(_ query: LeaseQuery) -> LeaseAction {
        guard let subnet = leasedSubnet(of: query.clientAddress) ?? leasedSubnet(of: query.link) else {
            return unplanned(query.clientAddress)
        }
        return .inform(plans[subnet])
    }
}
