import BootPolicy
import DHCP
import LeasePolicy
import NetworkTypes
import Synchronization

/// Guards what a running server knows. Every call is short.
final class LeaseDesk: Sendable {
    private let state: Mutex<DeskState>
    /// Whose messages come first.
    let known: KnownClients

    init(_ state: DeskState) {
        known = state.known
        self.state = Mutex(state)
    }

    var statistics: DHCPStatistics { state.withLock { $0.statistics } }

    var entries: [LeaseEntry] { state.withLock { $0.entries } }

    /// Begins with what the store kept.
    func restore(_ leases: [Lease]) { state.withLock { $0.restore(leases) } }

    /// What a message of a client gets.
    func handle(_ client: ClientMessage) -> DHCPAction { state.withLock { $0.handle(client) } }

    /// What the boot policy is asked.
    func bootRequest(of client: ClientMessage) -> BootRequest {
        if client.query.clientAddress.isUnspecified { return client.bootRequest }
        return state.withLock { $0.bootRequest(of: client) }
    }

    /// Where a client stands by what its relay agent says; nil where no rule fits.
    func placement(of client: ClientMessage) -> Placement? { state.withLock { $0.placement(of: client) } }

    /// What the rules say to the result of a probe.
    func probed(_ address: IPv4Address, inUse: Bool) -> LeaseAction {
        state.withLock { $0.probed(address, inUse: inUse) }
    }

    /// A probe could not be sent.
    func probeFailed(_ address: IPv4Address) { state.withLock { $0.probeFailed(address) } }

    func count(_ change: (inout DHCPStatistics) -> Void) { state.withLock { change(&$0.statistics) } }

    /// Counts a reply that went out.
    func countReply(_ type: MessageType) { state.withLock { $0.countReply(type) } }

    /// No lease is given from now on.
    func stopGivingLeases() { state.withLock { $0.stopGivingLeases() } }
}

// MARK: - Operation

extension LeaseDesk {
    /// Goes over to other plans.
    func replan(_ plans: [SubnetPlan]) {
        state.withLock { state in
            state.table.replan(plans, now: state.now())
            state.listKnown()
        }
    }

    /// Tells from now on by these rules where hosts stand.
    func use(_ placements: PlacementRules) { state.withLock { $0.placements = placements } }

    func holder(of address: IPv4Address) -> MACAddress? {
        state.withLock { $0.table.holder(of: address) ?? $0.proxied[address] }
    }

    /// Frees an address, and has it written down if there is something to write; `report` tells whether it was. Nil
    /// where nothing is at the address. Freed and queued in one step: nobody is given the address in between.
    func free(
        _ address: IPv4Address, by committer: LeaseCommitter, report: @escaping @Sendable (Bool) -> Void
    ) -> FreedAddress? {
        state.withLock { state in
            guard let freed = state.table.free(address) else { return nil }
            guard !freed.changes.isEmpty else {
                report(true)
                return freed
            }
            let entry = LeaseCommitter.Entry(
                changes: freed.changes, acknowledge: { report(true) }, withhold: { report(false) })
            if !committer.submit(entry) { report(false) }
            return freed
        }
    }

    /// Takes a lease in again that was freed and could not be written off.
    func readmit(_ lease: Lease) { state.withLock { $0.table.readmit(lease) } }
}
