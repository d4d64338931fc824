import ImageFormat
import NIOCore
import NIOPosix

/// Cuts a disk into chunks and stores those that are new: one reader, several packers, a bounded number in flight.
struct ChunkPipeline: Sendable {
    let chunks: any ChunkStore
    let leases: ChunkLeases
    let codec: ChunkCodec
    let pool: NIOThreadPool
    /// How many chunks are packed at once.
    let width: Int
    /// Whether a chunk that the store has may be taken from there; all others are packed anew, so that the time that an
    /// import takes does not tell what others hold.
    let mayClaim: @Sendable (ChunkDigest) async throws -> Bool

    /// New chunks are made durable at the latest after this many.
    private static let synchronizeAfter = 4096

    /// Stores the disk. Everything it names is held by `lease`, whatever happens, and durable when this returns.
    /// - Parameter copy: gets the disk's data, too.
    func run(
        _ reader: BlockReader, lease: ChunkLeases.Lease, copy: SpoolFile?,
        progress: @Sendable (ImportProgress) -> Void
    ) async throws -> ChunkTally {
        let tally = try await withThrowingTaskGroup(of: StoredBlock.self) { group in
            var tally = ChunkTally()
            var inFlight = 0
            while let run = try await pool.runIfActive({ try reader.next() }) {
                guard case .data(let bytes) = run else {
                    if case .holes(let count) = run { tally.addHoles(count) }
                    continue
                }
                if inFlight == width, let block = try await group.next() {
                    tally.note(block)
                    inFlight -= 1
                    progress(tally.progress(reader.position))
                }
                if tally.unsynchronized >= Self.synchronizeAfter {
                    try await chunks.synchronize()
                    tally.unsynchronized = 0
                }
                let index = tally.addChunk()
                group.addTask { try await store(bytes, index: index, lease: lease, copy: copy) }
                inFlight += 1
            }
            for try await block in group {
                tally.note(block)
                progress(tally.progress(reader.position))
            }
            tally.diskSize = reader.position.delivered
            return tally
        }
        try await chunks.synchronize()
        return tally
    }

    private func store(
        _ bytes: ByteBuffer, index: Int, lease: ChunkLeases.Lease, copy: SpoolFile?
    ) async throws -> StoredBlock {
        let digest = try await pool.runIfActive { () throws -> ChunkDigest? in
            try bytes.withUnsafeReadableBytes { plain in
                if ZeroBytes.fill(plain) { return nil }
                try copy?.write(plain, at: UInt64(index) * UInt64(Manifest.defaultChunkSize))
                return ChunkDigest(of: plain)
            }
        }
        guard let digest else { return StoredBlock(index: index, digest: nil) }
        guard await leases.take(digest, for: lease) else { return StoredBlock(index: index, digest: digest) }
        let known = try await chunks.size(of: digest)
        if let known, try await mayClaim(digest) {
            return StoredBlock(index: index, digest: digest, storedSize: known)
        }
        let frame = try await pool.runIfActive { try bytes.withUnsafeReadableBytes { try codec.compress($0) } }
        try await chunks.write([CompressedChunk(digest: digest, frame: frame)])
        if let known { return StoredBlock(index: index, digest: digest, storedSize: known) }
        return StoredBlock(index: index, digest: digest, storedSize: frame.readableBytes, isNew: true)
    }
}
