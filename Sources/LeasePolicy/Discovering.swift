package import NetworkTypes

extension LeaseTable {
    /// A client looks for servers (RFC 2131 section 4.3.1): an OFFER, or a probe before it.
    package mutating func discover(_ query: LeaseQuery, now: Int64) -> LeaseAction {
        guard let subnet = leasedSubnet(of: query.link) else { return unplanned(query.link) }
        let client = Client(subnet: subnet, mac: query.mac)
        if let hold = holds[client], hold.stage == .probingToOffer, hold.expiresAt > now {
            return .ignore(reason: "\(hold.address) is being probed for it")
        }
        return offer(to: client, query, now: now)
    }

    /// The result of a probe: an OFFER or ACK of the address. Where it is in use, a DISCOVER gets another address, and
    /// a REQUEST, which named this one, is refused.
    package mutating func probed(_ address: IPv4Address, inUse: Bool, now: Int64) -> LeaseAction {
        guard let client = heldAddresses[address], let hold = holds[client], hold.stage != .offered else {
            return .ignore(reason: "nobody waits for a probe of \(address)")
        }
        if inUse {
            dropHold(of: client)
            setAside(address, now: now)
            guard hold.stage == .probingToOffer else {
                return refuse(client, reason: "another machine answers at \(address)")
            }
            return offer(to: client, hold.query, now: now)
        }
        if hold.stage == .probingToAcknowledge {
            return acknowledge(address, to: client, hold.query, now: now)
        }
        holds[client]?.stage = .offered
        holds[client]?.expiresAt = now + limits.offerSeconds
        return .offer(grant(address, to: client))
    }

    /// A probe could not be sent: who waits for it may ask anew.
    package mutating func probeFailed(_ address: IPv4Address) {
        guard let client = heldAddresses[address], let hold = holds[client], hold.stage != .offered else { return }
        dropHold(of: client)
    }

    func unplanned(_ link: IPv4Address) -> LeaseAction {
        .ignore(reason: "no subnet is planned for \(link)", cause: .noSubnet)
    }

    /// The place of the plan whose subnet holds `address`, where addresses are given in it.
    func leasedSubnet(of address: IPv4Address) -> Int? {
        subnet(of: address).flatMap { plans[$0].mode == .authoritative ? $0 : nil }
    }

    private mutating func offer(to client: Client, _ query: LeaseQuery, now: Int64) -> LeaseAction {
        let wasOffered = holds[client].flatMap { $0.stage == .offered && $0.expiresAt > now ? $0.address : nil }
        guard let address = choose(for: client, requested: query.requested, now: now) else {
            return .ignore(reason: "no address is free in \(plans[client.subnet].subnet)", cause: .poolExhausted)
        }
        let isProven = address == wasOffered || isKnown(address, client) || query.isRelayed || !limits.probes
        guard hold(address, for: client, isProven ? .offered : .probingToOffer, query, now: now) else {
            return .ignore(reason: "\(limits.offers) offers are open already")
        }
        return isProven ? .offer(grant(address, to: client)) : .probe(address)
    }
}
