import BootPolicy
import LeasePolicy
import NetworkTypes

extension LeaseDesk {
    /// Goes over to other plans.
    func replan(_ plans: [SubnetPlan]) {
        table.replan(plans, now: now())
        listKnown()
    }

    /// Tells from now on by these rules where hosts stand.
    func use(_ placements: PlacementRules) { self.placements = placements }

    func holder(of address: IPv4Address) -> MACAddress? { table.holder(of: address) ?? proxied[address] }

    /// Frees an address, and has it written down if there is something to write; `report` tells whether it was. Nil
    /// where nothing is at the address. Freed and queued in one step: nobody is given the address in between.
    func free(
        _ address: IPv4Address, by committer: LeaseCommitter, report: @escaping @Sendable (Bool) -> Void
    ) -> FreedAddress? {
        guard let freed = table.free(address) else { return nil }
        guard !freed.changes.isEmpty else {
            report(true)
            return freed
        }
        let entry = LeaseCommitter.Entry(
            changes: freed.changes, acknowledge: { report(true) }, withhold: { report(false) })
        if !committer.submit(entry) { report(false) }
        return freed
    }

    /// Takes a lease in again that was freed and could not be written off.
    func readmit(_ lease: Lease) { table.readmit(lease) }
}
