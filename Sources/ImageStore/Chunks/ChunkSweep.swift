package import ImageFormat

/// Removes the manifests that no revision names, and the chunks that no manifest names, beside running imports.
package struct ChunkSweep: Sendable {
    /// What a sweep removed.
    package struct Result: Hashable, Sendable {
        package var manifests: Int
        package var chunks: Int

        package init(manifests: Int = 0, chunks: Int = 0) {
            self.manifests = manifests
            self.chunks = chunks
        }
    }

    private let chunks: any ChunkStore
    private let manifests: any ManifestStore
    private let leases: ChunkLeases

    package init(chunks: any ChunkStore, manifests: any ManifestStore, leases: ChunkLeases) {
        self.chunks = chunks
        self.manifests = manifests
        self.leases = leases
    }

    /// Sweeps once. A manifest that cannot be read stops it: nobody knows which chunks that one names.
    /// - Parameter liveManifests: the manifests of every revision, read after the sweep has begun.
    package func run(liveManifests: @Sendable () async throws -> Set<ChunkDigest>) async throws -> Result {
        await leases.beginSweep()
        do {
            let result = try await sweep(live: liveManifests)
            await leases.endSweep()
            return result
        } catch {
            await leases.endSweep()
            throw error
        }
    }

    private func sweep(live: @Sendable () async throws -> Set<ChunkDigest>) async throws -> Result {
        var result = Result()
        let live = try await live()
        var named: Set<ChunkDigest> = []
        for digest in try await manifests.digests() {
            if !live.contains(digest), try await remove(digest, from: manifests.remove) {
                result.manifests += 1
            } else if let document = try await manifests.read(digest) {
                named.formUnion(try Manifest.decode(document.payload).chunks.compactMap { $0 })
            }
        }
        var unnamed: [ChunkDigest] = []
        try await chunks.forEachDigest { if !named.contains($0) { unnamed.append($0) } }
        for digest in unnamed where try await remove(digest, from: chunks.remove) { result.chunks += 1 }
        return result
    }

    private func remove(
        _ digest: ChunkDigest, from store: (ChunkDigest) async throws -> Void
    ) async throws -> Bool {
        try Task.checkCancellation()
        return try await leases.whileCondemned(digest) { try await store(digest) } != nil
    }
}
