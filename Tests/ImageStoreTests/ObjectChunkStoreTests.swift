import AsyncHTTPClient
import Foundation
import HTTPServices
import ImageFormat
import ImageStore
import NIOCore
import ObjectStorage
import S3TestSupport
import Testing

/// Chunks in an object storage that checks signatures.
@Suite(.serialized) struct ObjectChunkStoreTests {
    private static func client(_ service: S3Service) -> S3Client {
        S3Client(
            endpoint: S3Endpoint(url: service.url), bucket: "chunks",
            credentials: S3Credentials(accessKey: S3Service.accessKey, secretKey: S3Service.secretKey), http: .shared,
            clock: { Int64(Date().timeIntervalSince1970) })
    }

    private static func store(
        _ service: S3Service, _ scratch: Scratch, prefix: String, limit: Int = 1 << 20, owner: ChunkOwner? = nil
    ) throws -> ObjectChunkStore {
        try ObjectChunkStore(
            objects: client(service), prefix: prefix, cache: scratch.path + "/cache-" + prefix.filter { $0 != "/" },
            cacheLimit: limit, owner: owner)
    }

    /// One service for all: it takes seconds to start.
    @Test func conformsAndKeepsCopies() async throws {
        let service = try await S3Service()
        defer { service.remove() }
        try await Self.client(service).makeBucket()
        let scratch = try Scratch()
        for (index, entry) in ChunkStoreConformance.all.enumerated() {
            try await entry.check(Self.store(service, scratch, prefix: "c\(index)/"))
        }
        try await readsFromItsCopies(service, scratch)
        try await forgetsTheOldestCopies(service, scratch)
        try await fetchesADamagedCopyAgain(service, scratch)
        try await isCheckedInTheStorage(service, scratch)
        try await leavesTheChunksOfAnotherInstallation(service, scratch)
    }

    /// No number that a storage says ends the process.
    @Test(arguments: [UInt64.max, 1 << 63, UInt64(Int.max), 9 << 20])
    func refusesASizeThatNoChunkHas(size: UInt64) async throws {
        let scratch = try Scratch()
        let store = try ObjectChunkStore(
            objects: LyingStorage(size: size), prefix: "", cache: scratch.path + "/cache", cacheLimit: 1 << 20)
        await #expect(throws: DamagedChunk.self) { try await store.size(of: ChunkDigest(of: [1])) }
    }

    private func leavesTheChunksOfAnotherInstallation(_ service: S3Service, _ scratch: Scratch) async throws {
        func store(
            _ key: String, _ prefix: String, others: Set<String> = [], hasImages: Bool
        ) throws -> ObjectChunkStore {
            let keys = Set(others.union([key]).map { KeyID(rawValue: $0) })
            return try Self.store(
                service, scratch, prefix: prefix,
                owner: ChunkOwner(active: KeyID(rawValue: key), keys: keys) { hasImages })
        }
        let chunk = ChunkStoreConformance.chunk(1)
        let first = try store("one", "owned/", hasImages: false)
        try await first.write([chunk])
        #expect(try await first.read(chunk.digest) != nil)
        for hasImages in [false, true] {
            let other = try store("two", "owned/", hasImages: hasImages)
            await #expect(throws: ForeignChunks.self) { try await other.remove(chunk.digest) }
            await #expect(throws: ForeignChunks.self) { try await other.write([chunk]) }
            await #expect(throws: ForeignChunks.self) { try await other.forEachDigest { _ in } }
        }
        // The owner's keys were rotated, and the old one is gone later.
        try await store("three", "owned/", others: ["one"], hasImages: true).write([chunk])
        try await store("three", "owned/", hasImages: true).write([chunk])
        await #expect(throws: ForeignChunks.self) { try await store("one", "owned/", hasImages: true).write([chunk]) }

        // Chunks from before there were owners are those of who has images.
        try await Self.store(service, scratch, prefix: "old/").write([chunk])
        await #expect(throws: ForeignChunks.self) { try await store("two", "old/", hasImages: false).write([chunk]) }
        try await store("one", "old/", hasImages: true).write([chunk])
        await #expect(throws: ForeignChunks.self) { try await store("two", "old/", hasImages: true).write([chunk]) }
    }

    private func readsFromItsCopies(_ service: S3Service, _ scratch: Scratch) async throws {
        let chunk = ChunkStoreConformance.chunk(1)
        let store = try Self.store(service, scratch, prefix: "copies/")
        try await store.write([chunk])
        guard case .file(let path, _)? = try await store.read(chunk.digest) else {
            Issue.record("there is no copy")
            return
        }
        // Another process finds the copy, though the storage has lost the object.
        try await Self.client(service).remove(try await Self.key(of: chunk.digest, service, "copies/"))
        let next = try Self.store(service, scratch, prefix: "copies/")
        guard case .file(path, chunk.frame.readableBytes)? = try await next.read(chunk.digest) else {
            Issue.record("the copy is not used")
            return
        }
        try await next.dropCopy(of: chunk.digest)
        #expect(try await next.read(chunk.digest) == nil)
    }

    private func forgetsTheOldestCopies(_ service: S3Service, _ scratch: Scratch) async throws {
        let chunks = (1...10).map { ChunkStoreConformance.chunk($0) }
        let store = try Self.store(service, scratch, prefix: "small/", limit: 5000)
        try await store.write(chunks)
        for chunk in chunks { _ = try await store.read(chunk.digest) }
        let names = try scratch.names("cache-small")
        #expect(names.count <= 5 && names.contains(chunks[9].digest.description))
        for chunk in chunks { #expect(try await store.frame(of: chunk.digest) == chunk.frame) }
    }

    private func fetchesADamagedCopyAgain(_ service: S3Service, _ scratch: Scratch) async throws {
        let chunk = ChunkStoreConformance.chunk(1)
        let store = try Self.store(service, scratch, prefix: "damaged/")
        try await store.write([chunk])
        _ = try await store.read(chunk.digest)
        _ = try scratch.write("cache-damaged/\(chunk.digest)", [1, 2, 3])
        try await store.dropCopy(of: chunk.digest)
        #expect(try await store.frame(of: chunk.digest) == chunk.frame)
        // So is one that went before it was read, and one in whose place the chunk is written.
        try FileManager.default.removeItem(atPath: scratch.path + "/cache-damaged/\(chunk.digest)")
        #expect(try await store.frame(of: chunk.digest) == chunk.frame)
        _ = try scratch.write("cache-damaged/\(chunk.digest)", [1, 2, 3])
        try await store.write([chunk])
        #expect(try await store.frame(of: chunk.digest) == chunk.frame)
        // Where none can be kept it is done without.
        try FileManager.default.removeItem(atPath: scratch.path + "/cache-damaged")
        try await store.write([chunk])
        guard case .bytes(chunk.frame)? = try await store.read(chunk.digest) else {
            Issue.record("there is a copy")
            return
        }
    }

    /// Good copies do not hide that the storage has lost a chunk, or that it is damaged there.
    private func isCheckedInTheStorage(_ service: S3Service, _ scratch: Scratch) async throws {
        let fixture = try Fixture()
        let store = try Self.store(service, scratch, prefix: "checked/", limit: 8 << 20)
        let importer = ImageImporter(
            chunks: store, manifests: fixture.manifests, leases: fixture.leases, inspector: AnyDisk(),
            spoolDirectory: fixture.scratch.path + "/spool")
        let path = try fixture.scratch.write("disk", sampleDisk)
        let image = try await importer.importImage(
            ImportRequest(source: .file(path), format: .raw), signer: fixture.signer)
        let chunks = image.manifest.chunks.compactMap { $0 }
        for chunk in chunks { _ = try await store.read(chunk) }
        let bucket = Self.client(service)
        try await bucket.remove(try await Self.key(of: chunks[0], service, "checked/"))
        try await bucket.put(try await Self.key(of: chunks[1], service, "checked/"), ByteBuffer(bytes: [1, 2, 3]))
        let check = StoreCheck(chunks: store, manifests: fixture.manifests, leases: fixture.leases)
        for depth in [StoreCheck.Depth.presence, .contents] {
            let report = try await check.run(live: { [image.digest] }, depth: depth) { _, _ in }
            #expect(report.missingChunks == [chunks[0]])
            #expect(report.damagedChunks == (depth == .presence ? [] : [chunks[1]]))
            // No import takes it for stored.
            #expect(try await store.size(of: chunks[0]) == nil)
        }
        // A damaged copy of a chunk that is right is no finding, and not sent anywhere.
        _ = try scratch.write("cache-checked/\(chunks[2])", [1, 2, 3])
        #expect(try await store.verifiedFrame(of: chunks[2]).readableBytes == image.storedSizes[chunks[2]])
        // A right copy is brought back to the storage; where there is none, what is damaged is removed.
        try await store.dropCopy(of: chunks[1])
        let repaired = try await check.run(live: { [image.digest] }, depth: .repair) { _, _ in }
        #expect(repaired.restoredChunks == [chunks[0]] && repaired.missingChunks.isEmpty)
        #expect(repaired.damagedChunks == [chunks[1]] && repaired.removedChunks == [chunks[1]])
        try await store.dropCopy(of: chunks[0])
        #expect(try await store.verifiedFrame(of: chunks[0]).readableBytes == image.storedSizes[chunks[0]])
        #expect(try await store.originalSize(of: chunks[1]) == nil)
    }

    private static func key(of chunk: ChunkDigest, _ service: S3Service, _ prefix: String) async throws -> String {
        var found = ""
        try await client(service).forEachObject(prefix: prefix) { object in
            if object.key.hasSuffix(chunk.description) { found = object.key }
        }
        return found
    }
}

/// Says that every object has one size.
private struct LyingStorage: ObjectKeeping {
    let size: UInt64

    func put(_ key: String, _ bytes: ByteBuffer) async throws {}
    func get(_ key: String, limit: Int) async throws -> ByteBuffer? { nil }
    func size(of key: String) async throws -> UInt64? { size }
    func remove(_ key: String) async throws {}
    func forEachKey(prefix: String, _ body: (String) async throws -> Void) async throws {}
}
