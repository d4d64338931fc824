import ImageFormat
import ImageStore
import NIOCore
import Synchronization
import Testing

/// What would be there after a loss of power at each step.
struct CrashOrderTests {
    @Test func writesTheManifestOnlyWhenItsChunksAreDurable() async throws {
        let fixture = try Fixture()
        let journal = Journal()
        let importer = ImageImporter(
            chunks: RecordingChunkStore(store: fixture.chunks, journal: journal),
            manifests: RecordingManifestStore(store: fixture.manifests, journal: journal), leases: fixture.leases,
            inspector: AnyDisk(), spoolDirectory: fixture.scratch.path + "/spool")
        _ = try await importer.importImage(
            ImportRequest(source: .file(fixture.scratch.write("disk", sampleDisk)), format: .raw),
            signer: fixture.signer, record: { _ in journal.add("record") })
        let steps = journal.steps
        #expect(steps.suffix(3) == ["synchronize", "manifest", "record"])
        #expect(steps.filter { $0 == "chunk" }.count == 3)
    }

    /// T30: what an import does, and so how long it takes, does not depend on what others hold.
    @Test func packsAndStoresWhatItMayNotClaim() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", sampleDisk)
        let first = try await fixture.importFile(path)
        let chunk = try #require(first.manifest.chunks.compactMap { $0 }.first)
        let whole = try readFile(fixture.chunks.path(of: chunk))
        try await fixture.scratch.shell("truncate -s 0 '\(fixture.chunks.path(of: chunk))'")
        let journal = Journal()
        let importer = ImageImporter(
            chunks: RecordingChunkStore(store: fixture.chunks, journal: journal), manifests: fixture.manifests,
            leases: fixture.leases, inspector: AnyDisk(), spoolDirectory: fixture.scratch.path + "/spool")
        let request = ImportRequest(source: .file(path), format: .raw)
        let other = try await importer.importImage(request, signer: fixture.signer, mayClaim: { _ in [] })
        #expect(journal.steps.filter { $0 == "chunk" }.count == 3)
        #expect(other.newChunks == 3)
        #expect(try readFile(fixture.chunks.path(of: chunk)) == whole)
        #expect(other.storedSizes == first.storedSizes)
        let own = try await importer.importImage(request, signer: fixture.signer, mayClaim: { Set($0) })
        #expect(journal.steps.filter { $0 == "chunk" }.count == 3)
        #expect(own.newChunks == 0)
        #expect(own.digest == first.digest)
    }

    @Test func leavesNoLitterWhenItIsCancelled() async throws {
        let gate = Gate()
        let fixture = try Fixture(inspector: gate)
        _ = try fixture.scratch.write("disk", sampleDisk)
        try await fixture.scratch.shell("gzip -c disk > packed")
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await fixture.importFile(fixture.scratch.path + "/packed", .raw, .gz) }
                await gate.waitUntilEntered()
                #expect(try fixture.litter().count == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(try fixture.litter().isEmpty)
        #expect(try await fixture.manifests.digests().isEmpty)
    }
}

final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var steps: [String] { lines.withLock { $0 } }
}

struct RecordingChunkStore: ChunkStore {
    let store: any ChunkStore
    let journal: Journal

    func size(of digest: ChunkDigest) async throws -> Int? { try await store.size(of: digest) }
    func read(_ digest: ChunkDigest) async throws -> StoredChunk? { try await store.read(digest) }
    func write(_ chunks: [CompressedChunk]) async throws {
        for _ in chunks { journal.add("chunk") }
        try await store.write(chunks)
    }
    func synchronize() async throws {
        try await store.synchronize()
        journal.add("synchronize")
    }
    func remove(_ digest: ChunkDigest) async throws { try await store.remove(digest) }
    func forEachDigest(_ body: (ChunkDigest) async throws -> Void) async throws { try await store.forEachDigest(body) }
}

struct RecordingManifestStore: ManifestStore {
    let store: any ManifestStore
    let journal: Journal

    func write(_ document: SignedDocument) async throws -> ChunkDigest {
        journal.add("manifest")
        return try await store.write(document)
    }
    func read(_ digest: ChunkDigest) async throws -> SignedDocument? { try await store.read(digest) }
    func remove(_ digest: ChunkDigest) async throws { try await store.remove(digest) }
    func digests() async throws -> [ChunkDigest] { try await store.digests() }
}
