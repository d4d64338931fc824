import AgentProtocol
import FoundationEssentials
import ImageFormat
import NetworkTypes

/// Fetches the manifest that the order names, checks its digest and signature, and whether the image fits.
struct InspectPhase: Phase {
    let name = PhaseName.inspect

    func run(_ deployment: DeploymentContext) async throws {
        let order = deployment.order
        let document = try await deployment.patiently { try await deployment.server.manifest(order.manifest) }
        let manifest = try Self.check(document, ordered: order.manifest, trusted: deployment.trusted)
        try ImageFit.check(
            manifest, diskSize: order.disk.size, sectorSize: order.disk.sectorSize,
            firmware: deployment.inventory.firmware.rawValue)
        deployment.note { $0.manifest = manifest }
        deployment.log(
            "\(order.imageLabel): \(DiskSize.text(manifest.diskSize)), of it \(DiskSize.text(manifest.dataSize)) data")
    }

    static func check(
        _ document: SignedDocument, ordered: ChunkDigest, trusted: TrustedKeys
    ) throws(PhaseFailure) -> Manifest {
        let found = document.payload.withUnsafeBytes { ChunkDigest(of: $0) }
        guard found == ordered else {
            throw PhaseFailure(
                .manifestRefused, "the server sent the manifest \(found), the order names \(ordered)")
        }
        do {
            return try Manifest.decode(trusted.verify(document))
        } catch {
            throw PhaseFailure(.manifestRefused, "the manifest \(ordered) is refused: \(error)")
        }
    }
}
