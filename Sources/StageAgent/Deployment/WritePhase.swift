import AgentProtocol
import DiskFormats
import ImageFormat
import LinuxSystem
import Synchronization

/// Puts the image onto the disk: chunks fetched in parallel, each checked before it is written; holes read as zeros. The
/// partition table stays in memory.
struct WritePhase: Phase {
    let name = PhaseName.write

    func run(_ deployment: DeploymentContext) async throws {
        let manifest = try deployment.manifest
        let medium = try deployment.disk.medium
        let transfer = ImageTransfer(
            deployment: deployment, manifest: manifest, medium: medium,
            meter: ProgressMeter(phase: name, total: manifest.diskSize) { deployment.report($0) })
        let area = try await transfer.run()
        let table = try Self.table(of: area, manifest: manifest, diskSize: medium.size)
        deployment.note {
            $0.tableArea = area
            $0.table = table
        }
        try await deployment.blocking { try attempt(.diskError) { try medium.flush() } }
    }

    /// The image's table, for a disk of `diskSize` bytes.
    static func table(of area: TableArea, manifest: Manifest, diskSize: UInt64) throws(PhaseFailure) -> GPTTable {
        do {
            let table = try GPTTable.read(diskSize: manifest.diskSize, sectorSize: manifest.sectorSize) {
                try area.bytes(at: $0, count: $1)
            }
            return try table.moved(toDiskSize: diskSize)
        } catch {
            throw PhaseFailure(.imageUnfit, "the image's partition table cannot be used: \(error)")
        }
    }
}
