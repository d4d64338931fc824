import ImageFormat
import ImageStore
import NIOCore
import Testing

/// What every implementation of `ChunkStore` must do; each function gets an empty store.
enum ChunkStoreConformance {
    typealias Check = @Sendable (any ChunkStore) async throws -> Void

    static let all: [(name: String, check: Check)] = [
        ("keeps what was written", keepsWhatWasWritten), ("knows nothing of others", knowsNothingOfOthers),
        ("stores a chunk once", storesAChunkOnce), ("stores a chunk anew", storesAChunkAnew),
        ("forgets what was removed", forgetsWhatWasRemoved),
        ("lists every chunk once", listsEveryChunkOnce), ("takes writers side by side", takesWritersSideBySide),
        ("synchronizes nothing", synchronizesNothing),
    ]

    static func chunk(_ seed: UInt64) -> CompressedChunk {
        let bytes = noise(1000, seed: seed)
        return CompressedChunk(digest: ChunkDigest(of: bytes), frame: ByteBuffer(bytes: bytes))
    }

    @Sendable static func keepsWhatWasWritten(_ store: any ChunkStore) async throws {
        let chunk = chunk(1)
        try await store.write([chunk])
        #expect(try await store.size(of: chunk.digest) == chunk.frame.readableBytes)
        #expect(try await contents(store, chunk.digest) == chunk.frame)
        try await store.synchronize()
        #expect(try await store.size(of: chunk.digest) == chunk.frame.readableBytes)
        #expect(try await contents(store, chunk.digest) == chunk.frame)
    }

    @Sendable static func knowsNothingOfOthers(_ store: any ChunkStore) async throws {
        try await store.write([chunk(1)])
        #expect(try await !store.contains(chunk(2).digest))
        #expect(try await store.read(chunk(2).digest) == nil)
    }

    @Sendable static func storesAChunkOnce(_ store: any ChunkStore) async throws {
        try await store.write([chunk(1), chunk(1)])
        try await store.synchronize()
        try await store.write([chunk(1)])
        try await store.synchronize()
        #expect(try await digests(store) == [chunk(1).digest])
    }

    /// What is stored may be damaged.
    @Sendable static func storesAChunkAnew(_ store: any ChunkStore) async throws {
        let chunk = chunk(1)
        let damaged = ByteBuffer(bytes: [1, 2, 3])
        try await store.write([CompressedChunk(digest: chunk.digest, frame: damaged)])
        try await store.synchronize()
        #expect(try await contents(store, chunk.digest) == damaged)
        try await store.write([chunk])
        try await store.synchronize()
        #expect(try await store.size(of: chunk.digest) == chunk.frame.readableBytes)
        #expect(try await contents(store, chunk.digest) == chunk.frame)
        #expect(try await digests(store) == [chunk.digest])
    }

    @Sendable static func forgetsWhatWasRemoved(_ store: any ChunkStore) async throws {
        try await store.write([chunk(1)])
        try await store.remove(chunk(1).digest)
        #expect(try await !store.contains(chunk(1).digest))
        try await store.write([chunk(1), chunk(2)])
        try await store.synchronize()
        try await store.remove(chunk(1).digest)
        try await store.remove(chunk(3).digest)
        #expect(try await digests(store) == [chunk(2).digest])
        #expect(try await store.read(chunk(1).digest) == nil)
    }

    @Sendable static func listsEveryChunkOnce(_ store: any ChunkStore) async throws {
        try await store.write((1...20).map { chunk($0) })
        try await store.synchronize()
        try await store.write((21...25).map { chunk($0) })
        #expect(try await Set(digests(store)) == Set((1...25).map { chunk($0).digest }))
        #expect(try await digests(store).count == 25)
    }

    @Sendable static func takesWritersSideBySide(_ store: any ChunkStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for seed in UInt64(1)...30 {
                        try await store.write([chunk(seed)])
                        if seed % 7 == 0 { try await store.synchronize() }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await store.synchronize()
        #expect(try await digests(store).count == 30)
        for seed in UInt64(1)...30 { #expect(try await contents(store, chunk(seed).digest) == chunk(seed).frame) }
    }

    @Sendable static func synchronizesNothing(_ store: any ChunkStore) async throws {
        try await store.synchronize()
        #expect(try await digests(store).isEmpty)
    }

    private static func digests(_ store: any ChunkStore) async throws -> [ChunkDigest] {
        var digests: [ChunkDigest] = []
        try await store.forEachDigest { digests.append($0) }
        return digests
    }

    private static func contents(_ store: any ChunkStore, _ digest: ChunkDigest) async throws -> ByteBuffer? {
        switch try await store.read(digest) {
        case .bytes(let bytes): return bytes
        case .file(let path, let size):
            let bytes = try readFile(path)
            #expect(bytes.count == size)
            return ByteBuffer(bytes: bytes)
        case nil: return nil
        }
    }
}
