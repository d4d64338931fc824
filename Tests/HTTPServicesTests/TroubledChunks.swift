import ImageFormat
import ImageStore
import Synchronization

/// A chunk store with the troubles of an object storage: copies that cannot be read, removals that take their time.
final class TroubledChunks: ChunkStore {
    private let base: DirectoryChunkStore
    private let copy: Mutex<StoredChunk?>
    private let beforeRemoval: @Sendable () async -> Void

    /// - Parameters:
    ///   - copy: what lies in place of every chunk until copies are dropped.
    ///   - beforeRemoval: awaited before a chunk is removed.
    init(
        _ base: DirectoryChunkStore, copy: StoredChunk? = nil, beforeRemoval: @escaping @Sendable () async -> Void = {}
    ) {
        self.base = base
        self.copy = Mutex(copy)
        self.beforeRemoval = beforeRemoval
    }

    func size(of digest: ChunkDigest) async throws -> Int? { try await base.size(of: digest) }

    func read(_ digest: ChunkDigest) async throws -> StoredChunk? {
        if let copy = copy.withLock({ $0 }) { return copy }
        return try await base.read(digest)
    }

    func write(_ chunks: [CompressedChunk]) async throws { try await base.write(chunks) }

    func synchronize() async throws { try await base.synchronize() }

    func remove(_ digest: ChunkDigest) async throws {
        await beforeRemoval()
        try await base.remove(digest)
    }

    func forEachDigest(_ body: (ChunkDigest) async throws -> Void) async throws { try await base.forEachDigest(body) }

    func dropCopy(of digest: ChunkDigest) async throws { copy.withLock { $0 = nil } }
}
