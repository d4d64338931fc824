package import FoundationEssentials
package import ImageFormat
package import NIOCore
import NIOPosix

/// Where the chunks of a manifest come from.
package protocol ChunkFetching: Sendable {
    /// The zstd frame of a chunk, from elsewhere. Whether it is the right one is checked by whoever asked.
    func frame(of chunk: ChunkDigest) async throws -> ByteBuffer
}

extension ImageImporter {
    /// As many chunks are fetched at once.
    private static let chunksAtOnce = 8
    /// As many are fetched again after a loss of power.
    private static let chunksAtRisk = 64

    /// Makes an image of a manifest that was signed elsewhere and the chunks that it names: every chunk is compared with its
    /// name before it is stored, and the manifest is signed anew over the same bytes.
    /// - Parameters:
    ///   - payload: the manifest's exact bytes, whose signature has been checked.
    ///   - mayClaim: whether a chunk that the store has may be taken from there: only what the owner of the new image can
    ///     read already. All others are fetched, so that nobody learns what others hold.
    ///   - received: is told of chunks that were fetched and are durable now: an import that is begun again may claim those.
    ///   - record: makes the new revision known; until it has returned no sweep touches what the image names.
    package func importChunks(
        of payload: Data, from source: any ChunkFetching, signer: any ManifestSigner,
        mayClaim: @escaping @Sendable (ChunkDigest) async throws -> Bool,
        received: @Sendable ([ChunkDigest]) async throws -> Void,
        record: @Sendable (ImportedImage) async throws -> Void,
        progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws -> ImportedImage {
        let manifest = try Manifest.decode(payload)
        guard manifest.diskSize <= limits.maximumVirtualSize else {
            throw ImportError.tooLarge(
                what: "the virtual disk of \(manifest.diskSize) bytes", limit: limits.maximumVirtualSize)
        }
        let lease = await leases.begin()
        do {
            // First, so that a sweep between two processes knows what is being fetched.
            let document = try signer.sign(payload)
            let digest = ChunkDigest(of: Array(payload))
            await leases.take(digest, for: lease)
            try await manifests.write(document)
            let tally = try await fetch(
                manifest, from: source, lease: lease, mayClaim: mayClaim, received: received, progress: progress)
            progress(ImportProgress(phase: .finishing, bytesStored: tally.bytes))
            try Task.checkCancellation()
            let image = ImportedImage(
                digest: digest, manifest: manifest, storedSizes: tally.sizes, newChunks: tally.count,
                bytesStored: tally.bytes)
            try await record(image)
            await leases.end(lease)
            return image
        } catch {
            await leases.end(lease)
            throw error
        }
    }

    /// What was fetched.
    private struct Tally {
        var sizes: [ChunkDigest: Int] = [:]
        var count = 0
        /// Bytes of frames that came from elsewhere.
        var bytes: UInt64 = 0
    }

    private func fetch(
        _ manifest: Manifest, from source: any ChunkFetching, lease: ChunkLeases.Lease,
        mayClaim: @escaping @Sendable (ChunkDigest) async throws -> Bool,
        received: ([ChunkDigest]) async throws -> Void, progress: @Sendable (ImportProgress) -> Void
    ) async throws -> Tally {
        var digests: [ChunkDigest] = []
        var seen: Set<ChunkDigest> = []
        for case let digest? in manifest.chunks where seen.insert(digest).inserted { digests.append(digest) }
        return try await withThrowingTaskGroup(of: (ChunkDigest, Int, Bool).self) { group in
            var tally = Tally()
            var inFlight = 0
            var fresh: [ChunkDigest] = []
            func note(_ digest: ChunkDigest, _ size: Int, _ isNew: Bool) {
                tally.sizes[digest] = size
                if isNew {
                    tally.count += 1
                    tally.bytes += UInt64(size)
                    fresh.append(digest)
                }
                progress(
                    ImportProgress(
                        phase: .copying, bytesRead: UInt64(tally.sizes.count * manifest.chunkSize),
                        total: UInt64(digests.count * manifest.chunkSize), bytesStored: tally.bytes))
            }
            for digest in digests {
                if inFlight == Self.chunksAtOnce, let (done, size, isNew) = try await group.next() {
                    note(done, size, isNew)
                    inFlight -= 1
                }
                // What has come is not asked for again after a loss of power.
                if fresh.count >= Self.chunksAtRisk {
                    try await chunks.synchronize()
                    try await received(fresh)
                    fresh = []
                }
                group.addTask {
                    let (size, isNew) = try await one(
                        digest, from: source, lease: lease, bound: manifest.chunkSize, mayClaim: mayClaim)
                    return (digest, size, isNew)
                }
                inFlight += 1
            }
            for try await (digest, size, isNew) in group { note(digest, size, isNew) }
            try await chunks.synchronize()
            try await received(fresh)
            return tally
        }
    }

    private func one(
        _ digest: ChunkDigest, from source: any ChunkFetching, lease: ChunkLeases.Lease, bound: Int,
        mayClaim: @Sendable (ChunkDigest) async throws -> Bool
    ) async throws -> (size: Int, isNew: Bool) {
        await leases.take(digest, for: lease)
        if let size = try await chunks.size(of: digest), try await mayClaim(digest) { return (size, false) }
        let frame = try await source.frame(of: digest)
        let isRight = try await pool.runIfActive {
            frame.withUnsafeReadableBytes { ChunkCodec.isFrame($0, of: digest, limit: bound) }
        }
        guard isRight else {
            throw ImportError.refused("chunk \(digest) does not hold the bytes that its name stands for")
        }
        try await chunks.write([CompressedChunk(digest: digest, frame: frame)])
        // One that was stored already may have been packed by another version of the codec.
        return (try await chunks.size(of: digest) ?? frame.readableBytes, true)
    }
}
