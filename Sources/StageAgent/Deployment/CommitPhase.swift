import AgentProtocol
import DiskFormats

/// Writes the partition table and reads it back: the disk becomes bootable, and the order is consumed.
struct CommitPhase: Phase {
    let name = PhaseName.commit

    func run(_ deployment: DeploymentContext) async throws {
        let table = try deployment.table
        let area = try deployment.tableArea
        let medium = try deployment.disk.medium
        try await deployment.blocking {
            // The kernel writes out what it still holds of a partition before it forgets it.
            for (number, _) in table.partitions { try attempt(.diskError) { try medium.removePartition(number) } }
            try attempt(.diskError) {
                for step in CommitPlan.steps(table: table, area: area) {
                    switch step {
                    case .write(let region): try medium.write(region.bytes, at: region.offset)
                    case .flush: try medium.flush()
                    }
                }
                try medium.dropCaches()
            }
            try Self.readBack(CommitPlan.regions(table: table, area: area), medium: medium)
        }
    }

    private static func readBack(_ regions: [DiskRegion], medium: any DiskMedium) throws {
        for region in regions {
            let found = try attempt(.diskError) { try medium.bytes(at: region.offset, count: region.bytes.count) }
            guard found == region.bytes else {
                throw PhaseFailure(
                    .verifyMismatch,
                    "the partition table at byte \(region.offset) reads back other than it was written")
            }
        }
    }
}
