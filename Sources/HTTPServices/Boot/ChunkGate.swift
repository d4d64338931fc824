import ImageFormat
import ImageStore
import Provisioning
import Store

/// Decides whether a stage may read a manifest or a chunk: only what its own running order names.
///
/// What a session stands for is looked up again after two seconds, so that a voided session ends soon while thousands
/// of chunks cost few look-ups.
actor ChunkGate {
    private struct Grant {
        let manifest: ChunkDigest
        let validUntil: Int64
    }

    private static let grantLifetime: Int64 = 2
    private static let knownManifests = 16

    private let provisioner: Provisioner
    private let manifests: any ManifestStore
    private var grants: [String: Grant] = [:]
    private var chunkSets: [ChunkDigest: Set<ChunkDigest>] = [:]

    init(provisioner: Provisioner, manifests: any ManifestStore) {
        self.provisioner = provisioner
        self.manifests = manifests
    }

    /// Throws unless the session's order names this manifest.
    func requireManifest(_ digest: ChunkDigest, token: String) async throws {
        guard try await orderedManifest(token: token) == digest else {
            throw ProvisioningError(.forbidden, "this stage's order names another manifest")
        }
    }

    /// Throws unless the manifest of the session's order names this chunk.
    func requireChunk(_ digest: ChunkDigest, token: String) async throws {
        let manifest = try await orderedManifest(token: token)
        guard try await chunks(of: manifest).contains(digest) else {
            throw ProvisioningError(.forbidden, "this stage's order does not name chunk \(digest)")
        }
    }

    private func orderedManifest(token: String) async throws -> ChunkDigest {
        let now = provisioner.clock()
        if let grant = grants[token], grant.validUntil > now { return grant.manifest }
        grants = grants.filter { $0.value.validUntil > now }
        let deployment = try await provisioner.runningDeployment(sessionToken: token)
        grants[token] = Grant(manifest: deployment.manifest, validUntil: now + Self.grantLifetime)
        return deployment.manifest
    }

    private func chunks(of manifest: ChunkDigest) async throws -> Set<ChunkDigest> {
        if let known = chunkSets[manifest] { return known }
        guard let document = try await manifests.read(manifest) else {
            throw ProvisioningError(.notFound, "manifest \(manifest) is not in the image store")
        }
        let chunks = Set(try Manifest.decode(document.payload).chunks.compactMap { $0 })
        if chunkSets.count >= Self.knownManifests { chunkSets.removeAll() }
        chunkSets[manifest] = chunks
        return chunks
    }
}
