import NetworkTypes

/// Which address a client gets.
extension LeaseTable {
    /// The address for a client that asks anew, best first: its reservation, what is held for it, what it had, what it
    /// asks for, one that nobody ever had, the one that has been unused longest. Nil where none is left.
    mutating func choose(for client: Client, requested: IPv4Address?, now: Int64) -> IPv4Address? {
        let preferred = [
            reservations[client]?.address, holds[client]?.address, leasedAddresses[client],
            requested.flatMap { leases[$0] == nil ? $0 : nil },
        ]
        for address in preferred.compactMap(\.self) where mayHave(address, client, now: now) { return address }
        return unused(for: client, now: now) ?? longestExpired(for: client, now: now)
    }

    /// True if the client may have this address now: it lies in a pool or is reserved for the client, and nobody else
    /// has it, was offered it or answers there.
    func mayHave(_ address: IPv4Address, _ client: Client, now: Int64) -> Bool {
        let plan = plans[client.subnet]
        let owner = reservedAddresses[address]
        guard owner == nil ? plan.isPooled(address) : owner == client.mac && plan.isHostAddress(address) else {
            return false
        }
        return !serverAddresses.contains(address) && !isSetAside(address, now: now)
            && !isHeldByAnother(address, client, now: now) && !isLeasedToAnother(address, client, now: now)
    }

    /// True if the client must get its reserved address instead of this one.
    func isReservedElsewhere(_ address: IPv4Address, _ client: Client, now: Int64) -> Bool {
        guard let reserved = reservations[client]?.address, reserved != address else { return false }
        return mayHave(reserved, client, now: now)
    }

    /// True if the address needs no probe: this client was the last to have it.
    func isKnown(_ address: IPv4Address, _ client: Client) -> Bool { leases[address]?.mac == client.mac }

    private func isHeldByAnother(_ address: IPv4Address, _ client: Client, now: Int64) -> Bool {
        guard let holder = heldAddresses[address], holder != client, let hold = holds[holder] else { return false }
        return hold.expiresAt > now
    }

    private func isLeasedToAnother(_ address: IPv4Address, _ client: Client, now: Int64) -> Bool {
        guard let lease = leases[address], lease.mac != client.mac else { return false }
        return lease.expiresAt > now
    }

    private mutating func unused(for client: Client, now: Int64) -> IPv4Address? {
        guard exhaustedUntil[client.subnet] <= now else { return nil }
        let plan = plans[client.subnet]
        let size = plan.poolSize
        for _ in 0..<size {
            let index = cursors[client.subnet] % size
            cursors[client.subnet] = index + 1
            guard let address = plan.pooledAddress(at: index) else { continue }
            if leases[address] == nil && mayHave(address, client, now: now) { return address }
        }
        exhaustedUntil[client.subnet] = now + limits.offerSeconds
        return nil
    }

    private func longestExpired(for client: Client, now: Int64) -> IPv4Address? {
        let plan = plans[client.subnet]
        return leases.values
            .filter { $0.expiresAt <= now && plan.subnet.contains($0.address) && mayHave($0.address, client, now: now) }
            .min { ($0.expiresAt, $0.address.value) < ($1.expiresAt, $1.address.value) }?.address
    }
}
