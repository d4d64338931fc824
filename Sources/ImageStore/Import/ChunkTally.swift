import ImageFormat

/// One chunk that went through the pipeline.
struct StoredBlock: Sendable {
    let index: Int
    /// nil: all zeros.
    let digest: ChunkDigest?
    /// The size of its frame in bytes; nil for zeros, and where the same import has stored it already.
    var storedSize: Int?
    /// Whether it was stored, not claimed.
    var isNew = false
}

/// What a pipeline has made so far.
struct ChunkTally: Sendable {
    /// In the disk's order; nil for holes.
    private(set) var chunks: [ChunkDigest?] = []
    /// The bytes of each chunk's frame.
    private(set) var storedSizes: [ChunkDigest: Int] = [:]
    private(set) var newChunks = 0
    /// The size of the new frames in bytes.
    private(set) var bytesStored: UInt64 = 0
    /// New chunks since the store was last synchronized.
    var unsynchronized = 0
    /// Bytes.
    var diskSize: UInt64 = 0

    mutating func addHoles(_ count: Int) { chunks.append(contentsOf: repeatElement(nil, count: count)) }

    /// Makes room for the next chunk; returns its index.
    mutating func addChunk() -> Int {
        chunks.append(nil)
        return chunks.count - 1
    }

    /// Enters chunks that `addChunk` made room for.
    mutating func note(_ blocks: [StoredBlock]) { for block in blocks { note(block) } }

    private mutating func note(_ block: StoredBlock) {
        chunks[block.index] = block.digest
        guard let digest = block.digest, let bytes = block.storedSize else { return }
        storedSizes[digest] = bytes
        guard block.isNew else { return }
        newChunks += 1
        unsynchronized += 1
        bytesStored += UInt64(bytes)
    }

    func progress(_ position: BlockReader.Position) -> ImportProgress {
        ImportProgress(
            phase: .storing, bytesRead: position.consumed, total: position.total, bytesStored: bytesStored)
    }
}
