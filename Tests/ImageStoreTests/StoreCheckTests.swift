import ImageFormat
import ImageStore
import NIOCore
import Synchronization
import Testing

/// T29 and the check of a store.
struct StoreCheckTests {
    private let fixture: Fixture
    private let check: StoreCheck

    init() throws {
        fixture = try Fixture()
        check = StoreCheck(chunks: fixture.chunks, manifests: fixture.manifests, leases: fixture.leases)
    }

    private func imported() async throws -> ImportedImage {
        let path = try fixture.scratch.write("disk", sampleDisk)
        return try await fixture.importFile(path)
    }

    private func report(
        _ live: Set<ChunkDigest>, _ depth: StoreCheck.Depth = .contents
    ) async throws -> StoreCheck.Report {
        try await check.run(live: { live }, depth: depth) { _, _ in }
    }

    @Test func aWholeStoreIsClean() async throws {
        let image = try await imported()
        let found = try await report([image.digest])
        #expect(found.isClean && found.manifests == 1 && found.orphanedChunks == 0)
        #expect(found.chunks == Set(image.manifest.chunks.compactMap { $0 }).count && found.chunks > 1)
    }

    @Test(arguments: [StoreCheck.Depth.presence, .contents, .repair])
    func findsAMissingChunk(depth: StoreCheck.Depth) async throws {
        let image = try await imported()
        let lost = try #require(image.manifest.chunks.compactMap { $0 }.first)
        try await fixture.chunks.remove(lost)
        let found = try await report([image.digest], depth)
        #expect(found.missingChunks == [lost] && found.damagedChunks.isEmpty && !found.isClean)
    }

    @Test(arguments: ["flip", "swap", "cut", "empty", "append"])
    func findsADamagedChunk(how: String) async throws {
        let image = try await imported()
        let chunks = Array(Set(image.manifest.chunks.compactMap { $0 })).sorted { $0.description < $1.description }
        let path = fixture.chunks.path(of: chunks[0])
        switch how {
        case "flip":
            var bytes = try readFile(path)
            bytes[20] ^= 4
            _ = try fixture.scratch.write(String(path.dropFirst(fixture.scratch.path.count + 1)), bytes)
        case "swap": try await fixture.scratch.shell("cp '\(fixture.chunks.path(of: chunks[1]))' '\(path)'")
        case "cut": try await fixture.scratch.shell("truncate -s -1 '\(path)'")
        case "empty": try await fixture.scratch.shell("truncate -s 0 '\(path)'")
        default: try await fixture.scratch.shell("printf x >> '\(path)'")
        }
        let found = try await report([image.digest])
        #expect(found.damagedChunks == [chunks[0]] && found.missingChunks.isEmpty && !found.isClean)
        // Whoever only looks for chunks does not find it.
        #expect(try await report([image.digest], .presence).isClean)
    }

    @Test func aRepairRemovesWhatIsDamagedAndTheNextImportBringsItBack() async throws {
        let image = try await imported()
        let lost = try #require(image.manifest.chunks.compactMap { $0 }.first)
        let path = fixture.chunks.path(of: lost)
        try await fixture.scratch.shell("truncate -s -1 '\(path)'")
        // An import finds the chunk and leaves it as it is.
        _ = try await imported()
        #expect(try await report([image.digest]).damagedChunks == [lost])

        let repaired = try await report([image.digest], .repair)
        #expect(repaired.damagedChunks == [lost] && repaired.removedChunks == [lost] && !repaired.isClean)
        let left = try await report([image.digest])
        #expect(left.missingChunks == [lost] && left.damagedChunks.isEmpty)
        #expect(try await imported().digest == image.digest)
        #expect(try await report([image.digest], .repair).isClean)
    }

    /// An import that holds the chunk counts on it.
    @Test func aRepairLeavesWhatAnImportHolds() async throws {
        let image = try await imported()
        let lost = try #require(image.manifest.chunks.compactMap { $0 }.first)
        try await fixture.scratch.shell("truncate -s -1 '\(fixture.chunks.path(of: lost))'")
        let lease = await fixture.leases.begin()
        await fixture.leases.take(lost, for: lease)
        let held = try await report([image.digest], .repair)
        #expect(held.damagedChunks == [lost] && held.removedChunks.isEmpty)
        #expect(try await fixture.chunks.contains(lost))
        await fixture.leases.end(lease)
        #expect(try await report([image.digest], .repair).removedChunks == [lost])
    }

    @Test func findsALostManifest() async throws {
        let image = try await imported()
        let unknown = ChunkDigest(of: [1, 2, 3])
        #expect(try await report([image.digest, unknown]).lostManifests == [unknown])
        _ = try fixture.scratch.write("manifests/\(image.digest)", Array("{}".utf8))
        let found = try await report([image.digest])
        #expect(found.lostManifests == [image.digest] && !found.isClean)
    }

    /// The manifests of all revisions, one list after the other; the last one stays.
    private final class Revisions: Sendable {
        private let lists: Mutex<[Set<ChunkDigest>]>

        init(_ lists: [Set<ChunkDigest>]) { self.lists = Mutex(lists) }

        func next() -> Set<ChunkDigest> { lists.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    @Test(arguments: [StoreCheck.Depth.presence, .contents])
    func whatIsRemovedBesideTheCheckIsNoFinding(depth: StoreCheck.Depth) async throws {
        let kept = try await imported()
        let shared = try #require(kept.manifest.chunks[0])
        let other = try fixture.scratch.write("other", Array(sampleDisk[..<(1 << 20)]) + noise(1 << 20, seed: 9))
        let gone = try await fixture.importFile(other)
        let own = try #require(gone.manifest.chunks[1])
        let lost = ChunkDigest(of: [1, 2, 3])
        for chunk in [shared, own] { try await fixture.chunks.remove(chunk) }
        let revisions = Revisions([[kept.digest, gone.digest, lost], [kept.digest]])
        let found = try await check.run(live: { revisions.next() }, depth: depth) { _, _ in }
        #expect(found.manifests == 3 && found.lostManifests.isEmpty)
        #expect(found.missingChunks == [shared])
    }

    @Test func countsOrphansButNotWhatAnImportHolds() async throws {
        let image = try await imported()
        let frame = ByteBuffer(bytes: [1, 2, 3])
        let (held, orphan) = (ChunkDigest(of: [8]), ChunkDigest(of: [9]))
        try await fixture.chunks.write([held, orphan].map { CompressedChunk(digest: $0, frame: frame) })
        let lease = await fixture.leases.begin()
        await fixture.leases.take(held, for: lease)
        let found = try await report([image.digest])
        #expect(found.orphanedChunks == 1 && found.isClean)
        await fixture.leases.end(lease)
    }
}
