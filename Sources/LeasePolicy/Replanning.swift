package import NetworkTypes

extension LeaseTable {
    /// Goes over to other plans while clients are served. Leases, open offers, probes under way and addresses that are
    /// set aside stay where the new plans still give them; a lease outside every plan waits for one that holds it
    /// again.
    package mutating func replan(_ plans: [SubnetPlan], now: Int64) {
        var next = LeaseTable(
            plans: plans, serverAddresses: serverAddresses, leases: Array(leases.values) + Array(strayLeases.values),
            limits: limits)
        next.quarantine = quarantine
        for (client, hold) in holds where hold.expiresAt > now { next.takeOver(hold, of: client.mac, now: now) }
        self = next
    }

    private mutating func takeOver(_ hold: Hold, of mac: MACAddress, now: Int64) {
        guard let subnet = subnet(of: hold.address) else { return }
        let client = Client(subnet: subnet, mac: mac)
        guard holds[client] == nil, mayHave(hold.address, client, now: now) else { return }
        holds[client] = hold
        heldAddresses[hold.address] = client
        nextHoldExpiry = min(nextHoldExpiry, hold.expiresAt)
    }

    /// Frees an address, at an operator's word, of whatever is there: a lease that runs or ran out, an offer, or a
    /// machine that answered there. Nil where nothing is. Whoever has the lease is not told: it gets a NAK when it next
    /// asks.
    package mutating func free(_ address: IPv4Address) -> FreedAddress? {
        let holder = heldAddresses[address]
        if let holder { dropHold(of: holder) }
        let wasSetAside = quarantine.removeValue(forKey: address) != nil
        let lease = leases.removeValue(forKey: address)
        let stray = strayLeases.removeValue(forKey: address)
        guard holder != nil || wasSetAside || lease != nil || stray != nil else { return nil }
        if let subnet = subnet(of: address) {
            exhaustedUntil[subnet] = .min
            if let lease { leasedAddresses[Client(subnet: subnet, mac: lease.mac)] = nil }
        }
        return FreedAddress(lease: lease ?? stray)
    }

    /// Takes a lease in again that was freed and could not be written off, unless its client or its address has
    /// another one by now.
    package mutating func readmit(_ lease: Lease) {
        if let subnet = subnet(of: lease.address) {
            let client = Client(subnet: subnet, mac: lease.mac)
            guard leases[lease.address] == nil, leasedAddresses[client] == nil else { return }
        }
        _ = put(lease)
    }
}

/// What was at an address before it was freed.
package struct FreedAddress: Hashable, Sendable {
    /// Nil where there was no more than an offer, or an address that was set aside.
    package var lease: Lease?

    /// What a store has to write down.
    package var changes: [LeaseChange] { lease.map { [.remove($0.address)] } ?? [] }
}
