import BootPolicy
import DHCP
import LeasePolicy
import NetworkTypes

/// The lease table, the placement rules and the counters of a running server.
struct DeskState: Sendable {
    var table: LeaseTable
    var placements: PlacementRules
    let limits: LeaseLimits
    let now: @Sendable () -> Int64
    var statistics = DHCPStatistics()
    /// Addresses that other servers give, by what their clients ask for: tells whose a transfer is, and no more.
    private(set) var proxied: [IPv4Address: MACAddress] = [:]
    private static let proxiedLimit = 16_384
    /// Whose messages come first.
    let known = KnownClients()
    /// How many known clients there may be before those without a lease are taken out.
    private var knownBound = 0

    init(
        plans: [SubnetPlan], placements: PlacementRules, serverAddresses: Set<IPv4Address>, limits: LeaseLimits,
        now: @escaping @Sendable () -> Int64
    ) {
        table = LeaseTable(plans: plans, serverAddresses: serverAddresses, limits: limits)
        self.placements = placements
        self.limits = limits
        self.now = now
    }

    /// Begins with what the store kept.
    mutating func restore(_ leases: [Lease]) {
        table = LeaseTable(
            plans: table.plans, serverAddresses: table.serverAddresses, leases: leases, limits: limits)
        listKnown()
    }

    /// Lists the known clients anew.
    mutating func listKnown() {
        let macs = table.knownMACs
        known.replace(with: macs)
        knownBound = 2 * macs.count + 1024
    }

    private mutating func noteKnown(_ action: LeaseAction) -> LeaseAction {
        guard case .acknowledge(_, let changes) = action else { return action }
        for case .put(let lease) in changes where known.insert(lease.mac) > knownBound { listKnown() }
        return action
    }

    var entries: [LeaseEntry] { table.entries(now: now()) }

    /// What a message of a client gets: by the rules of the subnet that it has its address in, or else comes from.
    mutating func handle(_ client: ClientMessage) -> DHCPAction {
        countRequest(client.type)
        let port = client.source.port
        guard let plan = plan(for: client.query) else {
            guard port == .bootServer else { return .lease(handle(client.type, client.query)) }
            return .proxy(.ignore(reason: "no subnet is planned for \(client.query.link)", cause: .noSubnet))
        }
        if plan.mode == .proxy, client.type == .request { noteProxied(client) }
        switch (plan.mode, port) {
        case (.off, _): return .lease(.ignore(reason: "nothing is answered in \(plan.subnet)"))
        case (.authoritative, .dhcp): return .lease(handle(client.type, client.query))
        case (.authoritative, .bootServer), (.proxy, _):
            let request = client.bootRequest
            return .proxy(
                ProxyPolicy(offersFile: plan.proxyOffersFile).action(
                    to: client.type, on: port, from: request.clientClass, isIPXE: request.isIPXE))
        }
    }

    /// What the boot policy is asked: with the client's own address for its link where a subnet has it, because what asks
    /// port 4011 through routers names no relay.
    func bootRequest(of client: ClientMessage) -> BootRequest {
        var request = client.bootRequest
        let own = client.query.clientAddress
        if !own.isUnspecified, table.plans.contains(where: { $0.subnet.contains(own) }) { request.link = own }
        return request
    }

    /// Where a client stands by what its relay agent says; nil where no rule fits.
    func placement(of client: ClientMessage) -> Placement? {
        client.relayAgent.flatMap { placements.placement(circuit: $0.circuitID, remote: $0.remoteID) }
    }

    private mutating func noteProxied(_ client: ClientMessage) {
        let own = client.query.clientAddress
        guard let address = client.query.requested ?? (own.isUnspecified ? nil : own) else { return }
        if proxied.count >= Self.proxiedLimit { proxied.removeAll() }
        proxied[address] = client.mac
    }

    private func plan(for query: LeaseQuery) -> SubnetPlan? {
        func plan(of address: IPv4Address) -> SubnetPlan? { table.plans.first { $0.subnet.contains(address) } }
        return (query.clientAddress.isUnspecified ? nil : plan(of: query.clientAddress)) ?? plan(of: query.link)
    }

    private mutating func handle(_ type: MessageType, _ query: LeaseQuery) -> LeaseAction {
        switch type {
        case .discover: statistics.isGivingLeases ? table.discover(query, now: now()) : .stopped
        case .request: statistics.isGivingLeases ? noteKnown(table.request(query, now: now())) : .stopped
        case .decline: table.decline(query, now: now())
        case .release: table.release(query, now: now())
        case .inform: table.inform(query)
        default: .ignore(reason: "\(type) is not for servers")
        }
    }

    private mutating func countRequest(_ type: MessageType) {
        switch type {
        case .discover: statistics.discovers += 1
        case .request: statistics.requests += 1
        case .decline: statistics.declines += 1
        case .release: statistics.releases += 1
        case .inform: statistics.informs += 1
        default: break
        }
    }

    /// What the rules say to the result of a probe.
    mutating func probed(_ address: IPv4Address, inUse: Bool) -> LeaseAction {
        if inUse { statistics.addressesInUse += 1 }
        return noteKnown(table.probed(address, inUse: inUse, now: now()))
    }

    mutating func probeFailed(_ address: IPv4Address) { table.probeFailed(address) }

    /// Counts a reply that went out.
    mutating func countReply(_ type: MessageType) {
        switch type {
        case .offer: statistics.offers += 1
        case .nak: statistics.naks += 1
        default: statistics.acks += 1
        }
    }

    /// No lease is given from now on.
    mutating func stopGivingLeases() { statistics.isGivingLeases = false }
}

extension LeaseAction {
    fileprivate static let stopped = LeaseAction.ignore(
        reason: "no leases are given since the lease store failed; start the server anew when its disk is well",
        cause: .storeFailed)
}
