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

    /// The manifests whose chunks stay.
    package struct Live: Sendable {
        /// Of every revision: each has to be there.
        package var revisions: Set<ChunkDigest>
        /// Of what is being fetched: written last.
        package var fetched: Set<ChunkDigest>

        package init(revisions: Set<ChunkDigest>, fetched: Set<ChunkDigest> = []) {
            self.revisions = revisions
            self.fetched = fetched
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

    /// Sweeps once. A manifest that cannot be read, or is not there, stops it: nobody knows which chunks that one names.
    /// - Parameter liveManifests: read after the sweep has begun.
    package func run(liveManifests: @Sendable () async throws -> Live) async throws -> Result {
        await leases.beginSweep()
        do {
            let result = try await sweep(readingLive: liveManifests)
            await leases.endSweep()
            return result
        } catch {
            await leases.endSweep()
            throw error
        }
    }

    private func sweep(readingLive: @Sendable () async throws -> Live) async throws -> Result {
        var result = Result()
        let live = try await readingLive()
        let known = try await manifests.digests()
        let missing = live.revisions.subtracting(known)
        // What another sweep removed meanwhile is no revision's any more.
        if !missing.isEmpty, let digest = try await readingLive().revisions.intersection(missing).first {
            throw LostManifest(digest: digest)
        }
        let kept = live.revisions.union(live.fetched)
        var named: Set<ChunkDigest> = []
        for digest in known {
            if !kept.contains(digest), try await remove(digest, from: manifests.remove) {
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

/// There is no manifest of a revision.
package struct LostManifest: Error, CustomStringConvertible {
    package let digest: ChunkDigest

    package var description: String {
        "the manifest \(digest) of a revision is lost, so that nothing can be swept: bring the data directory's "
            + "images/manifests back, or see `ingot image fsck` for the images to remove or to import again"
    }
}
