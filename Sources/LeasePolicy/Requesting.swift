import NetworkTypes

extension LeaseTable {
    /// A client wants an address (RFC 2131 section 4.3.2): after an OFFER (option 54), again after a restart (option
    /// 50 alone), or longer (ciaddr).
    package mutating func request(_ query: LeaseQuery, now: Int64) -> LeaseAction {
        if let server = query.server { return select(server, query, now: now) }
        if !query.clientAddress.isUnspecified { return keep(query.clientAddress, query, now: now) }
        guard let requested = query.requested else { return .ignore(reason: "a REQUEST that names no address") }
        return keep(requested, query, now: now)
    }

    private mutating func select(_ server: IPv4Address, _ query: LeaseQuery, now: Int64) -> LeaseAction {
        guard let subnet = leasedSubnet(of: query.link) else { return unplanned(query.link) }
        let client = Client(subnet: subnet, mac: query.mac)
        guard serverAddresses.contains(server) else {
            dropHold(of: client)
            return .ignore(reason: "it chose the server \(server)", cause: .anotherServer)
        }
        guard let address = query.requested else { return .ignore(reason: "a REQUEST that names no address") }
        guard mayHave(address, client, now: now), !isReservedElsewhere(address, client, now: now) else {
            return refuse(address, client)
        }
        if let hold = holds[client], hold.address == address, hold.expiresAt > now {
            guard hold.stage == .offered else { return .ignore(reason: "\(address) is being probed for it") }
            return acknowledge(address, to: client, query, now: now)
        }
        return takeUnoffered(address, client, query, now: now)
    }

    /// The OFFER ran out, or was given before this process began.
    private mutating func takeUnoffered(
        _ address: IPv4Address, _ client: Client, _ query: LeaseQuery, now: Int64
    ) -> LeaseAction {
        if isKnown(address, client) || query.isRelayed || !limits.probes {
            return acknowledge(address, to: client, query, now: now)
        }
        guard hold(address, for: client, .probingToAcknowledge, query, now: now) else {
            return .ignore(reason: "\(limits.offers) offers are open already")
        }
        return .probe(address)
    }

    /// INIT-REBOOT, RENEWING and REBINDING: only the client whose lease is on record keeps its address.
    private mutating func keep(_ address: IPv4Address, _ query: LeaseQuery, now: Int64) -> LeaseAction {
        let isRenewal = !query.clientAddress.isUnspecified
        // A renewal comes straight from the client, maybe by another of our networks.
        guard let subnet = (isRenewal ? leasedSubnet(of: address) : nil) ?? leasedSubnet(of: query.link) else {
            return unplanned(query.link)
        }
        let client = Client(subnet: subnet, mac: query.mac)
        guard leasedAddresses[client] == address, mayHave(address, client, now: now),
            !isReservedElsewhere(address, client, now: now)
        else { return refuse(address, client) }
        return acknowledge(address, to: client, query, now: now)
    }

    private func refuse(_ address: IPv4Address, _ client: Client) -> LeaseAction {
        refuse(client, reason: "\(address) is not its address in \(plans[client.subnet].subnet)")
    }

    /// A NAK to a REQUEST; silence where other servers may speak for the subnet.
    func refuse(_ client: Client, reason: String) -> LeaseAction {
        guard plans[client.subnet].isAuthoritative else {
            return .ignore(reason: "\(reason), where other servers may speak too", cause: .anotherServer)
        }
        return .refuse(reason: reason)
    }

    mutating func acknowledge(
        _ address: IPv4Address, to client: Client, _ query: LeaseQuery, now: Int64
    ) -> LeaseAction {
        dropHold(of: client)
        let lease = Lease(
            address: address, mac: client.mac, hostName: query.hostName, grantedAt: now,
            expiresAt: now + Int64(plans[client.subnet].leaseSeconds))
        return .acknowledge(grant(address, to: client), put(lease))
    }
}
