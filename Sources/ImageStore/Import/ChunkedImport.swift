package import FoundationEssentials
package import ImageFormat
package import NIOCore
import NIOPosix
import PreflightFacts

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
    /// Larger disks, in bytes of data, are not put together to be looked into.
    private static let assemblyBound: UInt64 = 64 << 30
    /// As many are looked up together.
    private static let chunksLookedUp = 64

    /// Makes an image of a manifest that was signed elsewhere and the chunks that it names: every chunk is compared with its
    /// name before it is stored, and the manifest is signed anew over the same bytes.
    /// - Parameters:
    ///   - payload: the manifest's exact bytes, whose signature has been checked.
    ///   - mayClaim: which of some chunks that the store has may be taken from there: only what the owner of the new image
    ///     can read already. All others are fetched, so that nobody learns what others hold.
    ///   - received: is told of chunks that were fetched and are durable now: an import that is begun again may claim those.
    ///   - record: makes the new revision known; until it has returned no sweep touches what the image names.
    package func importChunks(
        of payload: Data, from source: any ChunkFetching, signer: any ManifestSigner,
        mayClaim: ChunkClaiming, received: @Sendable ([ChunkDigest]) async throws -> Void,
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
            progress(ImportProgress(phase: .inspecting, bytesStored: tally.bytes))
            let examination = try await examine(manifest)
            progress(ImportProgress(phase: .finishing, bytesStored: tally.bytes))
            try Task.checkCancellation()
            let image = ImportedImage(
                digest: digest, manifest: manifest, storedSizes: tally.sizes, examination: examination,
                newChunks: tally.count, bytesStored: tally.bytes)
            try await record(image)
            await leases.end(lease)
            return image
        } catch {
            await leases.end(lease)
            throw error
        }
    }

    /// Puts the disk together once more, to look into it.
    private func examine(_ manifest: Manifest) async throws -> ImageExamination {
        guard manifest.dataSize <= Self.assemblyBound else {
            let reason = "it holds more than \(Self.assemblyBound) bytes, and came in chunks"
            return ImageExamination(manifest, unexamined: [UnexaminedPart(subject: "the disk", reason: reason)])
        }
        do {
            return try await spool.withFile { file in
                let assembly = DiskAssembly(manifest: manifest, source: StoredChunks(chunks: chunks), pool: pool)
                try await assembly.write(to: file.path) { _ in }
                return try await examine(file.path, manifest)
            }
        } catch let error where !(error is CancellationError) && !Task.isCancelled {
            return ImageExamination(manifest, unexamined: [UnexaminedPart(subject: "the disk", reason: "\(error)")])
        }
    }

    /// What was fetched.
    private struct Tally {
        var sizes: [ChunkDigest: Int] = [:]
        var count = 0
        /// Bytes of the frames of chunks that came from elsewhere.
        var bytes: UInt64 = 0
    }

    private func fetch(
        _ manifest: Manifest, from source: any ChunkFetching, lease: ChunkLeases.Lease,
        mayClaim: ChunkClaiming, received: ([ChunkDigest]) async throws -> Void,
        progress: @Sendable (ImportProgress) -> Void
    ) async throws -> Tally {
        var digests: [ChunkDigest] = []
        var seen: Set<ChunkDigest> = []
        for case let digest? in manifest.chunks where seen.insert(digest).inserted { digests.append(digest) }
        return try await withThrowingTaskGroup(of: (ChunkDigest, Int).self) { group in
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
            var claimed: [ChunkDigest: Int] = [:]
            for (index, digest) in digests.enumerated() {
                if index % Self.chunksLookedUp == 0 {
                    let part = Array(digests[index..<min(index + Self.chunksLookedUp, digests.count)])
                    claimed = try await claim(part, lease: lease, mayClaim: mayClaim)
                }
                if let size = claimed[digest] {
                    note(digest, size, false)
                    continue
                }
                if inFlight == Self.chunksAtOnce, let (done, size) = try await group.next() {
                    note(done, size, true)
                    inFlight -= 1
                }
                // What has come is not asked for again after a loss of power.
                if fresh.count >= Self.chunksAtRisk {
                    try await chunks.synchronize()
                    try await received(fresh)
                    fresh = []
                }
                group.addTask {
                    (digest, try await one(digest, from: source, bound: manifest.chunkSize))
                }
                inFlight += 1
            }
            for try await (digest, size) in group { note(digest, size, true) }
            try await chunks.synchronize()
            try await received(fresh)
            return tally
        }
    }

    /// Holds chunks; returns the sizes of those that may be taken from the store.
    private func claim(
        _ digests: [ChunkDigest], lease: ChunkLeases.Lease, mayClaim: ChunkClaiming
    ) async throws -> [ChunkDigest: Int] {
        _ = await leases.take(digests, for: lease)
        let claimable = try await mayClaim(digests)
        let wanted = digests.filter { claimable.contains($0) }
        return zip(wanted, try await chunks.sizes(of: wanted)).reduce(into: [:]) { $0[$1.0] = $1.1 }
    }

    /// Fetches a chunk and stores it packed anew: others share it, who did not choose where it came from. Returns the
    /// size of its frame, which is the same whether others have stored the chunk or not.
    private func one(_ digest: ChunkDigest, from source: any ChunkFetching, bound: Int) async throws -> Int {
        let fetched = try await source.frame(of: digest)
        guard fetched.readableBytes <= ChunkCodec.largestFrame(ofChunk: bound) else {
            throw ImportError.refused(
                "chunk \(digest) came as \(fetched.readableBytes) bytes: no chunk of \(bound) bytes takes so many")
        }
        let packed = try await pool.runIfActive {
            try fetched.withUnsafeReadableBytes { try codec.repack($0, of: digest, limit: bound) }
        }
        guard let packed else {
            throw ImportError.refused("chunk \(digest) does not hold the bytes that its name stands for")
        }
        try await chunks.write([CompressedChunk(digest: digest, frame: packed)])
        return packed.readableBytes
    }
}
