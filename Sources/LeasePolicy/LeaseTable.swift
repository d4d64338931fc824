package import NetworkTypes

/// The addresses of all subnets: who has which, who was offered which, which are set aside (RFC 2131 section 4.3).
/// Its events are its mutating functions; each returns what to do. It knows no clock (`now` is seconds since 1970) and
/// no socket. Clients are known by MAC address, whatever client identifier they send: firmware, loader, stage and
/// installed system of one host send different ones and are to have one address.
package struct LeaseTable: Sendable {
    /// A client in one subnet: a host that moves has one lease in each.
    struct Client: Hashable, Sendable {
        /// The place of its subnet in `plans`.
        var subnet: Int
        var mac: MACAddress
    }

    /// An address that is held for a client, in memory only.
    struct Hold: Sendable {
        enum Stage: Sendable {
            case probingToOffer
            case probingToAcknowledge
            case offered
        }

        var address: IPv4Address
        var expiresAt: Int64
        var stage: Stage
        var query: LeaseQuery
    }

    package let plans: [SubnetPlan]
    package let serverAddresses: Set<IPv4Address>
    let limits: LeaseLimits
    let reservedAddresses: [IPv4Address: MACAddress]
    let reservations: [Client: AddressReservation]

    var leases: [IPv4Address: Lease] = [:]
    var leasedAddresses: [Client: IPv4Address] = [:]
    /// Leases outside every plan: nobody is given them, and they wait for a plan that holds them again.
    var strayLeases: [IPv4Address: Lease] = [:]
    var holds: [Client: Hold] = [:]
    var heldAddresses: [IPv4Address: Client] = [:]
    /// Addresses set aside, and until when.
    var quarantine: [IPv4Address: Int64] = [:]
    /// Where the search for an unused address goes on, by subnet.
    var cursors: [Int]
    /// Until when a search for an unused address is known to find none, by subnet.
    var exhaustedUntil: [Int64]
    /// No hold runs out before this time.
    var nextHoldExpiry = Int64.max

    /// - Parameters:
    ///   - serverAddresses: the server's own; never given, and what option 54 must name.
    ///   - leases: what the store kept; leases outside every plan are kept for `replan`.
    package init(
        plans: [SubnetPlan], serverAddresses: Set<IPv4Address>, leases: [Lease] = [],
        limits: LeaseLimits = LeaseLimits()
    ) {
        self.plans = plans
        self.serverAddresses = serverAddresses
        self.limits = limits
        var byAddress: [IPv4Address: MACAddress] = [:]
        var byClient: [Client: AddressReservation] = [:]
        for (index, plan) in plans.enumerated() {
            for reservation in plan.reservations {
                byAddress[reservation.address] = reservation.mac
                byClient[Client(subnet: index, mac: reservation.mac)] = reservation
            }
        }
        reservedAddresses = byAddress
        reservations = byClient
        cursors = Array(repeating: 0, count: plans.count)
        exhaustedUntil = Array(repeating: .min, count: plans.count)
        for lease in leases.sorted(by: { $0.grantedAt < $1.grantedAt }) { _ = put(lease) }
    }

    /// Holds an address for a client; false where the table is full. It is never full for a client with a lease or a
    /// reservation: these are few, and no number of strangers is to crowd them out.
    mutating func hold(
        _ address: IPv4Address, for client: Client, _ stage: Hold.Stage, _ query: LeaseQuery, now: Int64
    ) -> Bool {
        dropHold(of: client)
        if holds.count >= limits.offers { dropExpiredHolds(now: now) }
        let isKnown = reservations[client] != nil || leasedAddresses[client] != nil
        guard isKnown || holds.count < limits.offers else { return false }
        if let other = heldAddresses[address] { dropHold(of: other) }
        let expiry = now + limits.offerSeconds
        holds[client] = Hold(address: address, expiresAt: expiry, stage: stage, query: query)
        heldAddresses[address] = client
        nextHoldExpiry = min(nextHoldExpiry, expiry)
        return true
    }

    mutating func dropHold(of client: Client) {
        guard let hold = holds.removeValue(forKey: client) else { return }
        heldAddresses[hold.address] = nil
    }

    private mutating func dropExpiredHolds(now: Int64) {
        guard nextHoldExpiry <= now else { return }
        for (client, hold) in holds where hold.expiresAt <= now { dropHold(of: client) }
        nextHoldExpiry = holds.values.map(\.expiresAt).min() ?? .max
    }

    /// Takes a lease in; the changes that a store needs for it, so that a client never has two addresses in a subnet.
    mutating func put(_ lease: Lease) -> [LeaseChange] {
        guard let subnet = subnet(of: lease.address) else {
            strayLeases[lease.address] = lease
            return []
        }
        let client = Client(subnet: subnet, mac: lease.mac)
        var changes: [LeaseChange] = []
        if let old = leasedAddresses[client], old != lease.address {
            leases[old] = nil
            exhaustedUntil[subnet] = .min
            changes.append(.remove(old))
        }
        if let other = leases[lease.address], other.mac != lease.mac {
            leasedAddresses[Client(subnet: subnet, mac: other.mac)] = nil
        }
        leases[lease.address] = lease
        leasedAddresses[client] = lease.address
        return changes + [.put(lease)]
    }

    /// Sets an address aside; where too many are, the one that was to be freed first is freed.
    mutating func setAside(_ address: IPv4Address, now: Int64) {
        quarantine = quarantine.filter { $0.value > now }
        if quarantine.count >= limits.quarantined, let first = quarantine.min(by: { $0.value < $1.value }) {
            quarantine[first.key] = nil
        }
        if limits.quarantined > 0 { quarantine[address] = now + limits.quarantineSeconds }
    }

    func isSetAside(_ address: IPv4Address, now: Int64) -> Bool { quarantine[address].map { $0 > now } ?? false }

    /// The place of the plan whose subnet holds `address`.
    func subnet(of address: IPv4Address) -> Int? { plans.firstIndex { $0.subnet.contains(address) } }

    func grant(_ address: IPv4Address, to client: Client) -> LeaseGrant {
        LeaseGrant(address: address, plan: plans[client.subnet], hostName: reservations[client]?.hostName)
    }
}
