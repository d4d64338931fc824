import ImageFormat
import ImageStore
import NIOCore
import Synchronization
import Testing

struct SweepTests {
    private let nothing = ChunkSweep.Live(revisions: [])

    private func sweep(_ fixture: Fixture) -> ChunkSweep {
        ChunkSweep(chunks: fixture.chunks, manifests: fixture.manifests, leases: fixture.leases)
    }

    @Test func removesWhatOnlyARemovedImageNamed() async throws {
        let fixture = try Fixture()
        let kept = try await fixture.importFile(fixture.scratch.write("a", noise(1 << 20) + noise(1 << 20, seed: 2)))
        let gone = try await fixture.importFile(fixture.scratch.write("b", noise(1 << 20) + noise(1 << 20, seed: 3)))
        let result = try await sweep(fixture).run { ChunkSweep.Live(revisions: [kept.digest]) }
        #expect(result == ChunkSweep.Result(manifests: 1, chunks: 1))
        #expect(try await fixture.manifests.read(gone.digest) == nil)
        #expect(try await fixture.storedDigests() == Set(kept.manifest.chunks.compactMap { $0 }))
    }

    @Test func removesWhatAFailedImportLeft() async throws {
        let fixture = try Fixture(inspector: BrokenInspector())
        let path = try fixture.scratch.write("disk", sampleDisk)
        await #expect(throws: BrokenInspector.Failure.self) { try await fixture.importFile(path) }
        #expect(try await fixture.storedDigests().count == 3)
        #expect(try await fixture.manifests.digests().isEmpty)
        let result = try await sweep(fixture).run { nothing }
        #expect(result.chunks == 3)
        #expect(try await fixture.storedDigests().isEmpty)
    }

    @Test func leavesWhatARunningImportHolds() async throws {
        let inspector = Gate()
        let fixture = try Fixture(inspector: inspector)
        let path = try fixture.scratch.write("disk", sampleDisk)
        try await withThrowingTaskGroup(of: ImportedImage.self) { group in
            group.addTask { try await fixture.importFile(path) }
            await inspector.waitUntilEntered()
            #expect(try await sweep(fixture).run { nothing } == ChunkSweep.Result())
            inspector.open()
            let image = try #require(try await group.next())
            #expect(try await fixture.disk(image.manifest) == sampleDisk)
        }
    }

    @Test func leavesWhatAnImportGaveBackDuringTheSweep() async throws {
        let fixture = try Fixture()
        let path = try fixture.scratch.write("disk", sampleDisk)
        // The import begins and ends after the sweep has read which revisions there are.
        let result = try await sweep(fixture).run {
            _ = try await fixture.importFile(path)
            return nothing
        }
        #expect(result == ChunkSweep.Result())
        #expect(try await fixture.storedDigests().count == 3)
        #expect(try await sweep(fixture).run { nothing } == ChunkSweep.Result(manifests: 1, chunks: 3))
    }

    @Test func stopsAtAManifestThatItCannotRead() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(fixture.scratch.write("disk", sampleDisk))
        _ = try fixture.scratch.write("manifests/\(image.digest)", Array("{".utf8))
        await #expect(throws: DamagedManifest.self) {
            try await sweep(fixture).run { ChunkSweep.Live(revisions: [image.digest]) }
        }
        #expect(try await fixture.storedDigests().count == 3)
    }

    @Test func stopsWhereAManifestIsLost() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(fixture.scratch.write("disk", sampleDisk))
        try await fixture.manifests.remove(image.digest)
        await #expect(throws: LostManifest.self) {
            try await sweep(fixture).run { ChunkSweep.Live(revisions: [image.digest]) }
        }
        #expect(try await fixture.storedDigests().count == 3)
        // What is still fetched may have none.
        let result = try await sweep(fixture).run { ChunkSweep.Live(revisions: [], fetched: [image.digest]) }
        #expect(result.chunks == 3)
    }

    @Test func sweepsBesideImportsWithoutTakingTheirChunks() async throws {
        let fixture = try Fixture()
        let paths = try (0..<6).map { index in
            try fixture.scratch.write("disk\(index)", sampleDisk + noise(1 << 20, seed: UInt64(10 + index % 3)))
        }
        let live = LiveManifests()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for path in paths {
                group.addTask {
                    _ = try await fixture.importer.importImage(
                        ImportRequest(source: .file(path), format: .raw), signer: fixture.signer,
                        record: { live.add($0.digest) })
                }
            }
            group.addTask {
                for _ in 0..<20 { _ = try await sweep(fixture).run { ChunkSweep.Live(revisions: live.digests) } }
            }
            try await group.waitForAll()
        }
        let stored = try await fixture.storedDigests()
        for digest in live.digests {
            let document = try #require(try await fixture.manifests.read(digest))
            let named = Set(try Manifest.decode(document.payload).chunks.compactMap { $0 })
            #expect(named.isSubset(of: stored))
        }
    }
}

struct BrokenInspector: DiskInspecting {
    struct Failure: Error {}
    func inspect(_ path: String) async throws -> DiskFacts { throw Failure() }
}

/// Stops an import before its manifest is written until it is opened.
final class Gate: DiskInspecting {
    private let isOpen = AsyncStream.makeStream(of: Void.self)
    private let entered = AsyncStream.makeStream(of: Void.self)

    func inspect(_ path: String) async throws -> DiskFacts {
        entered.continuation.finish()
        for await _ in isOpen.stream {}
        try Task.checkCancellation()
        return try await AnyDisk().inspect(path)
    }

    func waitUntilEntered() async { for await _ in entered.stream {} }

    func open() { isOpen.continuation.finish() }
}

/// The revisions that a test's database would hold.
final class LiveManifests: Sendable {
    private let known = Mutex<Set<ChunkDigest>>([])
    func add(_ digest: ChunkDigest) { known.withLock { _ = $0.insert(digest) } }
    var digests: Set<ChunkDigest> { known.withLock { $0 } }
}
