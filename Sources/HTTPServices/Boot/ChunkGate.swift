import ImageFormat
import ImageStore
import Provisioning
import Store
import Synchronization

/// Decides whether a stage may read a manifest or a chunk: only what its own running order names.
///
/// What a session stands for is looked up again after two seconds, so that a voided session ends soon while thousands
/// of chunks cost few look-ups.
final class ChunkGate: Sendable {
    private struct Grant {
        let manifest: ChunkDigest
        let validUntil: Int64
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var chunkSets: [ChunkDigest: Set<ChunkDigest>] = [:]
    }

    private static let grantLifetime: Int64 = 2
    private static let knownManifests = 16

    private let provisioner: Provisioner
    private let manifests: any ManifestStore
    private let state = Mutex(State())

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
        if isKnown(digest, token: token) { return }
        let manifest = try await orderedManifest(token: token)
        guard try await isChunk(digest, of: manifest) else {
            throw ProvisioningError(.forbidden, "this stage's order does not name chunk \(digest)")
        }
    }

    /// True where no look-up is needed to know that the chunk may be read.
    func isKnown(_ digest: ChunkDigest, token: String) -> Bool {
        let now = provisioner.clock()
        return state.withLock { state in
            guard let grant = state.grants[token], grant.validUntil > now else { return false }
            return state.chunkSets[grant.manifest]?.contains(digest) ?? false
        }
    }

    private func orderedManifest(token: String) async throws -> ChunkDigest {
        let now = provisioner.clock()
        if let grant = state.withLock({ $0.grants[token] }), grant.validUntil > now { return grant.manifest }
        let deployment = try await provisioner.runningDeployment(sessionToken: token)
        state.withLock { state in
            state.grants = state.grants.filter { $0.value.validUntil > now }
            state.grants[token] = Grant(manifest: deployment.manifest, validUntil: now + Self.grantLifetime)
        }
        return deployment.manifest
    }

    private func isChunk(_ digest: ChunkDigest, of manifest: ChunkDigest) async throws -> Bool {
        if let known = state.withLock({ $0.chunkSets[manifest]?.contains(digest) }) { return known }
        guard let document = try await manifests.read(manifest) else {
            throw ProvisioningError(.notFound, "manifest \(manifest) is not in the image store")
        }
        let chunks = Set(try Manifest.decode(document.payload).chunks.compactMap { $0 })
        state.withLock { state in
            if state.chunkSets.count >= Self.knownManifests { state.chunkSets.removeAll() }
            state.chunkSets[manifest] = chunks
        }
        return chunks.contains(digest)
    }
}
