package import ImageFormat

/// Keeps chunks by digest, each once.
package protocol ChunkStore: Sendable {
    /// The bytes of the chunk's frame; nil where the chunk is not stored, durable or not yet.
    func size(of digest: ChunkDigest) async throws -> Int?
    /// As `size`, of several, in their order.
    func sizes(of digests: [ChunkDigest]) async throws -> [Int?]
    /// The chunk's zstd frame; nil where it is not stored.
    func read(_ digest: ChunkDigest) async throws -> StoredChunk?
    /// Stores chunks, in place of what is stored under their names: it takes as long where that is nothing. They are
    /// durable after the next `synchronize`.
    func write(_ chunks: [CompressedChunk]) async throws
    /// Returns when every chunk written so far, by whomever, survives a loss of power. A chunk that was not
    /// synchronized is whole or absent after one.
    func synchronize() async throws
    /// Forgets a chunk; one that is not stored is fine.
    func remove(_ digest: ChunkDigest) async throws
    /// Calls `body` once for each stored chunk, in any order; chunks that come or go meanwhile may be left out.
    func forEachDigest(_ body: (ChunkDigest) async throws -> Void) async throws
    /// As `size`, asked of what keeps the chunk itself: what was remembered of it does not count and is forgotten.
    func originalSize(of digest: ChunkDigest) async throws -> Int?
    /// As `read`, from what keeps the chunk itself: copies and what was remembered of it do not count.
    func readOriginal(_ digest: ChunkDigest) async throws -> StoredChunk?
    /// Forgets a copy that is not the chunk itself, and its size: it may be damaged.
    func dropCopy(of digest: ChunkDigest) async throws
}

extension ChunkStore {
    /// Whether the chunk is stored, durable or not yet.
    package func contains(_ digest: ChunkDigest) async throws -> Bool { try await size(of: digest) != nil }

    /// For a store that is asked for one as quickly as for several.
    package func sizes(of digests: [ChunkDigest]) async throws -> [Int?] {
        var sizes: [Int?] = []
        for digest in digests { sizes.append(try await size(of: digest)) }
        return sizes
    }

    /// A store that keeps no copies has nothing but originals.
    package func originalSize(of digest: ChunkDigest) async throws -> Int? { try await size(of: digest) }

    package func readOriginal(_ digest: ChunkDigest) async throws -> StoredChunk? { try await read(digest) }

    /// A store that keeps no copies has none to forget.
    package func dropCopy(of digest: ChunkDigest) async throws {}
}
