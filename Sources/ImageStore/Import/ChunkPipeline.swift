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
    /// Which chunks may be taken from the store, should they be there; all others are packed and stored anew, so that the
    /// time that an import takes does not tell what others hold.
    let mayClaim: ChunkClaiming

    /// As many chunks go through each step together: a look-up costs little more for several than for one.
    private static let batchSize = 8
    /// New chunks are made durable at the latest after this many.
    private static let synchronizeAfter = 4096

    /// A chunk's bytes and its place in the disk.
    private struct Block: Sendable {
        let index: Int
        let bytes: ByteBuffer
    }

    /// Stores the disk. Everything it names is held by `lease`, whatever happens, and durable when this returns.
    /// - Parameter copy: gets the disk's data, too.
    func run(
        _ reader: BlockReader, lease: ChunkLeases.Lease, copy: SpoolFile?,
        progress: @Sendable (ImportProgress) -> Void
    ) async throws -> ChunkTally {
        let tally = try await withThrowingTaskGroup(of: [StoredBlock].self) { group in
            var tally = ChunkTally()
            var inFlight = 0
            while case let runs = try await pool.runIfActive({ try reader.next(Self.batchSize) }), !runs.isEmpty {
                let batch = Self.place(runs, in: &tally)
                guard !batch.isEmpty else { continue }
                if inFlight == width, let blocks = try await group.next() {
                    tally.note(blocks)
                    inFlight -= 1
                    progress(tally.progress(reader.position))
                }
                if tally.unsynchronized >= Self.synchronizeAfter {
                    try await chunks.synchronize()
                    tally.unsynchronized = 0
                }
                group.addTask { try await store(batch, lease: lease, copy: copy) }
                inFlight += 1
            }
            for try await blocks in group {
                tally.note(blocks)
                progress(tally.progress(reader.position))
            }
            tally.diskSize = reader.position.delivered
            return tally
        }
        try await chunks.synchronize()
        return tally
    }

    private static func place(_ runs: [BlockRun], in tally: inout ChunkTally) -> [Block] {
        runs.compactMap { run in
            switch run {
            case .data(let bytes): return Block(index: tally.addChunk(), bytes: bytes)
            case .holes(let count):
                tally.addHoles(count)
                return nil
            }
        }
    }

    private func store(
        _ batch: [Block], lease: ChunkLeases.Lease, copy: SpoolFile?
    ) async throws -> [StoredBlock] {
        var blocks = try await pool.runIfActive { try batch.map { try Self.name($0, copy: copy) } }
        let named = blocks.indices.compactMap { place in blocks[place].digest.map { (place, $0) } }
        let isTaken = await leases.take(named.map(\.1), for: lease)
        let own = zip(named, isTaken).filter(\.1).map(\.0)
        let claimable = try await mayClaim(own.map(\.1))
        let wanted = own.filter { claimable.contains($0.1) }
        for ((place, _), size) in zip(wanted, try await chunks.sizes(of: wanted.map(\.1))) {
            blocks[place].storedSize = size
        }
        let unclaimed = own.filter { blocks[$0.0].storedSize == nil }
        let packed = try await pool.runIfActive {
            try unclaimed.map { place, digest in
                let frame = try batch[place].bytes.withUnsafeReadableBytes { try codec.compress($0) }
                return CompressedChunk(digest: digest, frame: frame)
            }
        }
        try await chunks.write(packed)
        // What is told of them does not depend on what others have stored.
        for ((place, _), chunk) in zip(unclaimed, packed) {
            blocks[place].isNew = true
            blocks[place].storedSize = chunk.frame.readableBytes
        }
        return blocks
    }

    private static func name(_ block: Block, copy: SpoolFile?) throws -> StoredBlock {
        try block.bytes.withUnsafeReadableBytes { plain in
            if ZeroBytes.fill(plain) { return StoredBlock(index: block.index, digest: nil) }
            try copy?.write(plain, at: UInt64(block.index) * UInt64(Manifest.defaultChunkSize))
            return StoredBlock(index: block.index, digest: ChunkDigest(of: plain))
        }
    }
}
