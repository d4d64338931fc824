import AgentProtocol
import DiskFormats
import ImageFormat
import LinuxSystem

/// Grows the root partition to the disk's end, tells the kernel of all partitions, and grows the root file system. The
/// table stays in memory.
struct GrowPhase: Phase {
    let name = PhaseName.grow

    func run(_ deployment: DeploymentContext) async throws {
        let root = try deployment.rootPartition
        let moved = try deployment.table
        let table = try Self.grown(moved, root: root)
        let medium = try deployment.disk.medium
        try await deployment.blocking {
            try attempt(.diskError) { try Self.announce(table, medium: medium) }
        }
        deployment.note { $0.table = table }
        if table != moved { try await growFileSystem(of: root, deployment) }
    }

    static func grown(_ moved: GPTTable, root: Partition) throws(PhaseFailure) -> GPTTable {
        var table = moved
        do {
            try table.grow(root.number)
        } catch {
            throw PhaseFailure(.imageUnfit, "\(error)")
        }
        return table
    }

    private static func announce(_ table: GPTTable, medium: any DiskMedium) throws {
        let sector = UInt64(table.sectorSize)
        for (number, entry) in table.partitions {
            try medium.removePartition(number)
            try medium.addPartition(number, range: entry.firstLBA * sector..<(entry.lastLBA + 1) * sector)
        }
    }

    private func growFileSystem(of root: Partition, _ deployment: DeploymentContext) async throws {
        let path = try deployment.path(of: root)
        switch root.fileSystem {
        case "ext2", "ext3", "ext4":
            // 1: errors were corrected, as after any crash.
            try await deployment.tool(["e2fsck", "-f", "-p", path], accepting: [0, 1])
            try await deployment.tool(["resize2fs", path])
        case "xfs":
            try await growMounted(root, deployment) { ["xfs_growfs", $0] }
        case "btrfs":
            try await growMounted(root, deployment) { ["btrfs", "filesystem", "resize", "max", $0] }
        default:
            throw PhaseFailure(
                .imageUnfit, "a root file system \(root.fileSystem ?? "of unknown kind") cannot be grown")
        }
    }

    private func growMounted(
        _ root: Partition, _ deployment: DeploymentContext, _ command: @escaping @Sendable (String) -> [String]
    ) async throws {
        try await deployment.withMounted(root) { directory in
            _ = try attempt(.toolFailed) { try Tool.run(command(directory)) }
        }
    }
}
