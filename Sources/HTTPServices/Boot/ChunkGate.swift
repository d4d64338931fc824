import ImageFormat
import ImageStore
import Provisioning
import Store
import Synchronization

/// Decides whether a manifest or a chunk may be read: what a published revision of a public image names by everybody, all
/// else only by a stage whose own running order names it.
///
/// What was looked up is looked up again after two seconds, so that a voided session and a withdrawn image end soon while
/// thousands of chunks cost few look-ups.
final class ChunkGate: Sendable {
    /// Who may have what was asked for: whether it may lie in a cache that others use.
    enum Audience: Sendable {
        case everybody
        case asker
    }

    private struct Grant {
        let manifest: ChunkDigest
        let audience: Audience
        let validUntil: Int64
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var chunkSets: [ChunkDigest: Set<ChunkDigest>] = [:]
        /// Until when a chunk counts as public.
        var publicChunks: [ChunkDigest: Int64] = [:]
    }

    private static let grantLifetime: Int64 = 2
    private static let knownManifests = 16
    private static let knownPublicChunks = 65536

    private let provisioner: Provisioner
    private let manifests: any ManifestStore
    private let state = Mutex(State())

    init(provisioner: Provisioner, manifests: any ManifestStore) {
        self.provisioner = provisioner
        self.manifests = manifests
    }

    /// Throws unless the manifest is public, or the session's order names it.
    func requireManifest(_ digest: ChunkDigest, token: String?) async throws -> Audience {
        if try await provisioner.store.read({ try $0.isPublic(manifest: digest) }) { return .everybody }
        guard try await grant(token: Self.required(token)).manifest == digest else {
            throw ProvisioningError(.forbidden, "this stage's order names another manifest")
        }
        return .asker
    }

    /// Throws unless the chunk is public, or the manifest of the session's order names it.
    func requireChunk(_ digest: ChunkDigest, token: String?) async throws -> Audience {
        if let audience = known(digest, token: token) { return audience }
        if token == nil, try await isPublic(digest) { return .everybody }
        let grant = try await grant(token: Self.required(token))
        if try await isChunk(digest, of: grant.manifest) { return grant.audience }
        guard try await isPublic(digest) else {
            throw ProvisioningError(.forbidden, "this stage's order does not name chunk \(digest)")
        }
        return .everybody
    }

    /// Who may have the chunk, where no look-up is needed to know that the asker may.
    func known(_ digest: ChunkDigest, token: String?) -> Audience? {
        let now = provisioner.clock()
        return state.withLock { state in
            guard let token else { return state.publicChunks[digest].flatMap { $0 > now ? .everybody : nil } }
            guard let grant = state.grants[token], grant.validUntil > now,
                state.chunkSets[grant.manifest]?.contains(digest) == true
            else { return nil }
            return grant.audience
        }
    }

    private static func required(_ token: String?) throws -> String {
        guard let token else {
            throw ProvisioningError(.unauthorized, "manifests and chunks that are not public need a session token")
        }
        return token
    }

    private func isPublic(_ digest: ChunkDigest) async throws -> Bool {
        let now = provisioner.clock()
        guard try await provisioner.store.read({ try $0.isPublic(chunk: digest) }) else { return false }
        state.withLock { state in
            if state.publicChunks.count >= Self.knownPublicChunks { state.publicChunks.removeAll() }
            state.publicChunks[digest] = now + Self.grantLifetime
        }
        return true
    }

    private func grant(token: String) async throws -> Grant {
        let now = provisioner.clock()
        if let grant = state.withLock({ $0.grants[token] }), grant.validUntil > now { return grant }
        let manifest = try await provisioner.runningDeployment(sessionToken: token).manifest
        let isPublic = try await provisioner.store.read { try $0.isPublic(manifest: manifest) }
        let grant = Grant(
            manifest: manifest, audience: isPublic ? .everybody : .asker, validUntil: now + Self.grantLifetime)
        state.withLock { state in
            state.grants = state.grants.filter { $0.value.validUntil > now }
            state.grants[token] = grant
        }
        return grant
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
