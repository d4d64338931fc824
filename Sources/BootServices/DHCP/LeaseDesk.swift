import DHCP
import LeasePolicy
import NetworkTypes

/// Guards the lease table and the counters of a running server.
actor LeaseDesk {
    private var table: LeaseTable
    private let limits: LeaseLimits
    private let now: @Sendable () -> Int64
    private(set) var statistics = DHCPStatistics()

    init(
        plans: [SubnetPlan], serverAddresses: Set<IPv4Address>, limits: LeaseLimits,
        now: @escaping @Sendable () -> Int64
    ) {
        table = LeaseTable(plans: plans, serverAddresses: serverAddresses, limits: limits)
        self.limits = limits
        self.now = now
    }

    /// Begins with what the store kept.
    func restore(_ leases: [Lease]) {
        table = LeaseTable(
            plans: table.plans, serverAddresses: table.serverAddresses, leases: leases, limits: limits)
    }

    var entries: [LeaseEntry] { table.entries(now: now()) }

    /// What the rules say to a message of a client.
    func handle(_ type: MessageType, _ query: LeaseQuery) -> LeaseAction {
        switch type {
        case .discover:
            statistics.discovers += 1
            return statistics.isGivingLeases ? table.discover(query, now: now()) : .stopped
        case .request:
            statistics.requests += 1
            return statistics.isGivingLeases ? table.request(query, now: now()) : .stopped
        case .decline:
            statistics.declines += 1
            return table.decline(query, now: now())
        case .release:
            statistics.releases += 1
            return table.release(query, now: now())
        case .inform:
            statistics.informs += 1
            return table.inform(query)
        default:
            return .ignore(reason: "\(type) is not for servers")
        }
    }

    /// What the rules say to the result of a probe.
    func probed(_ address: IPv4Address, inUse: Bool) -> LeaseAction {
        if inUse { statistics.addressesInUse += 1 }
        return table.probed(address, inUse: inUse, now: now())
    }

    func count(_ change: @Sendable (inout DHCPStatistics) -> Void) { change(&statistics) }

    /// Counts a reply that went out.
    func countReply(_ type: MessageType) {
        switch type {
        case .offer: statistics.offers += 1
        case .nak: statistics.naks += 1
        default: statistics.acks += 1
        }
    }

    /// No lease is given from now on.
    func stopGivingLeases() { statistics.isGivingLeases = false }
}

extension LeaseAction {
    fileprivate static let stopped = LeaseAction.ignore(
        reason: "no leases are given since the lease store failed; start the server anew when its disk is well")
}
