package import ImageFormat
import NIOCore
package import NIOPosix
import Synchronization

/// Chunks as objects `PREFIXab/cd/abcd…` of an object storage, with copies on this machine of those that were read or
/// written last. One process at a time may write below a prefix, whose owner the object `PREFIXinstallation` names.
package final class ObjectChunkStore: ChunkStore {
    private let objects: any ObjectKeeping
    private let prefix: String
    private let cache: ChunkCache
    private let owner: ChunkOwner?
    private let isOwned = Mutex(false)
    /// Sizes of chunks that are known to be stored: asking costs a round trip for each.
    private let known = Mutex<[ChunkDigest: Int]>([:])

    /// As many sizes are remembered.
    private static let knownBound = 1 << 20
    private static let frameBound = 8 << 20
    private static let chunksAtOnce = 4

    /// - Parameters:
    ///   - prefix: what every key begins with.
    ///   - cache: a directory that belongs to this object.
    ///   - cacheLimit: bytes of all copies in it.
    ///   - owner: whose chunks these have to be before any is written, listed or removed; nil: anybody's.
    package init(
        objects: any ObjectKeeping, prefix: String, cache: String, cacheLimit: Int, owner: ChunkOwner? = nil,
        pool: NIOThreadPool = .singleton
    ) throws {
        self.owner = owner
        self.objects = objects
        self.prefix = prefix
        self.cache = try ChunkCache(path: cache, limit: cacheLimit, pool: pool)
    }

    package func size(of digest: ChunkDigest) async throws -> Int? {
        if let size = known.withLock({ $0[digest] }) { return size }
        guard let size = try await objects.size(of: key(digest)) else { return nil }
        // Whatever a storage says; nothing larger is read either.
        guard size <= UInt64(Self.frameBound) else { throw DamagedChunk(digest: digest) }
        remember(digest, Int(size))
        return Int(size)
    }

    package func read(_ digest: ChunkDigest) async throws -> StoredChunk? {
        if let copy = cache.file(of: digest) { return .file(path: copy.path, size: copy.size) }
        guard let frame = try await objects.get(key(digest), limit: Self.frameBound) else { return nil }
        await cache.keep(frame, of: digest)
        if let copy = cache.file(of: digest) { return .file(path: copy.path, size: copy.size) }
        return .bytes(frame)
    }

    package func write(_ chunks: [CompressedChunk]) async throws {
        try await requireOwner()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, chunk) in chunks.enumerated() {
                if index >= Self.chunksAtOnce { try await group.next() }
                group.addTask { [self] in
                    try await objects.put(key(chunk.digest), chunk.frame)
                    remember(chunk.digest, chunk.frame.readableBytes)
                    // Also where there was a copy: it may have been damaged, and who writes learns nothing of it.
                    await cache.keep(chunk.frame, of: chunk.digest)
                }
            }
            try await group.waitForAll()
        }
    }

    /// What was written is durable already.
    package func synchronize() async throws {}

    package func remove(_ digest: ChunkDigest) async throws {
        try await requireOwner()
        forgetSize(of: digest)
        try await objects.remove(key(digest))
        forgetSize(of: digest)
        try await cache.remove(digest)
    }

    package func forEachDigest(_ body: (ChunkDigest) async throws -> Void) async throws {
        try await requireOwner()
        try await forEachObject(body)
    }

    private func forEachObject(_ body: (ChunkDigest) async throws -> Void) async throws {
        try await objects.forEachKey(prefix: prefix) { key in
            guard let digest = key.split(separator: "/").last.flatMap({ ChunkDigest($0) }), self.key(digest) == key
            else {
                return
            }
            try await body(digest)
        }
    }

    /// Throws `ForeignChunks` unless the chunks are the owner's. Chunks without an owner become its own where it has images,
    /// and so does a prefix without chunks.
    private func requireOwner() async throws {
        guard let owner, !isOwned.withLock({ $0 }) else { return }
        let marker = prefix + "installation"
        if let bytes = try await objects.get(marker, limit: 4096) {
            let key = KeyID(rawValue: String(String(buffer: bytes).prefix { !$0.isWhitespace }))
            guard owner.keys.contains(key) else { throw ForeignChunks(marker: marker, owner: key) }
        } else if try await !owner.hasImages() {
            try await forEachObject { _ in throw ForeignChunks(marker: marker, owner: nil) }
        }
        try await objects.put(marker, ByteBuffer(string: "\(owner.active)\n"))
        isOwned.withLock { $0 = true }
    }

    package func originalSize(of digest: ChunkDigest) async throws -> Int? {
        forgetSize(of: digest)
        return try await size(of: digest)
    }

    package func readOriginal(_ digest: ChunkDigest) async throws -> StoredChunk? {
        forgetSize(of: digest)
        guard let frame = try await objects.get(key(digest), limit: Self.frameBound) else { return nil }
        remember(digest, frame.readableBytes)
        return .bytes(frame)
    }

    package func dropCopy(of digest: ChunkDigest) async throws {
        forgetSize(of: digest)
        try await cache.remove(digest)
    }

    private func key(_ digest: ChunkDigest) -> String {
        let name = digest.description
        return "\(prefix)\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
    }

    private func forgetSize(of digest: ChunkDigest) { known.withLock { $0[digest] = nil } }

    private func remember(_ digest: ChunkDigest, _ size: Int) {
        known.withLock { known in
            if known.count >= Self.knownBound { known.removeAll() }
            known[digest] = size
        }
    }
}
