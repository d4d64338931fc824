import AccessPolicy
import ImageFormat
import Metering
import Store
import Testing
import UserAPI

struct ChunkIndexTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private static func digest(_ number: UInt8) -> ChunkDigest { ChunkDigest(of: [number]) }

    /// A revision whose manifest is `manifest` and names these chunks, each of ten bytes.
    private func add(_ image: String, manifest: UInt8, chunks: [UInt8], now: Int64 = 0) async throws {
        try await store.index(
            manifest: Self.digest(manifest),
            chunks: chunks.map { IndexedChunk(digest: Self.digest($0), storedSize: 10) }, now: now)
        try await store.write { tx in
            _ = try tx.addRevision(
                image: image, digest: Self.digest(manifest), manifest: Fixture.manifest, now: now)
        }
    }

    private func images(naming chunk: UInt8) async throws -> [String] {
        try await store.read { try $0.revisions(namingChunk: Self.digest(chunk)).map(\.imageID).sorted() }
    }

    @Test func knowsWhichRevisionsNameAChunk() async throws {
        try await add("a", manifest: 100, chunks: [1, 2])
        try await add("b", manifest: 101, chunks: [2, 3])
        #expect(try await images(naming: 1) == ["im-a"])
        #expect(try await images(naming: 2) == ["im-a", "im-b"])
        #expect(try await images(naming: 4) == [])
    }

    @Test func onlyPublishedRevisionsOfPublicImagesArePublic() async throws {
        try await add("a", manifest: 100, chunks: [1])
        try await add("a", manifest: 101, chunks: [2])
        func isPublic() async throws -> [Bool] {
            try await store.read { tx in
                try [tx.isPublic(chunk: Self.digest(1)), tx.isPublic(chunk: Self.digest(2))]
                    + [tx.isPublic(manifest: Self.digest(100)), tx.isPublic(manifest: Self.digest(101))]
            }
        }
        #expect(try await isPublic() == [false, false, false, false])
        try await store.write { tx in
            var image = Fixture.image("a")
            image.visibility = .public
            try tx.save(image)
        }
        #expect(try await isPublic() == [false, false, false, false])
        try await store.write { tx in
            var first = try tx.revisions(imageID: "im-a")[0]
            first.channel = .candidate
            try tx.update(first)
        }
        #expect(try await isPublic() == [true, false, true, false])
    }

    @Test func forgetsWhatNoRevisionNamesAfterAnHour() async throws {
        try await add("a", manifest: 100, chunks: [1, 2])
        try await add("b", manifest: 101, chunks: [2, 3])
        try await store.write { try $0.removeImage(id: "im-a") }
        try await store.pruneChunkIndex(now: 3600)
        #expect(try await scratch.strings("SELECT id FROM stored_chunks").count == 3)
        try await store.pruneChunkIndex(now: 3601)
        #expect(try await scratch.strings("SELECT id FROM stored_chunks").count == 2)
        #expect(try await scratch.strings("SELECT chunk_id FROM manifest_chunks").count == 2)
        #expect(try await images(naming: 2) == ["im-b"])
    }

    @Test func namesTheManifestsThatAreNotIndexed() async throws {
        try await add("a", manifest: 100, chunks: [1])
        _ = try await store.write {
            try $0.addRevision(image: "a", digest: Self.digest(101), manifest: Fixture.manifest, now: 0)
        }
        #expect(try await store.read { try $0.unindexedManifests() } == [Self.digest(101)])
    }

    @Test func aChunkTakesUpRoomOnceInAnAccount() async throws {
        try await add("old", manifest: 100, chunks: [1, 2], now: 1)
        try await add("old", manifest: 101, chunks: [2, 3], now: 1)
        try await add("young", manifest: 102, chunks: [3, 4], now: 2)
        let sizes = try await store.read {
            try $0.storedSizes(ownerID: Account.firstID).map { "\($0.imageID) \($0.bytes)" }
        }
        #expect(sizes == ["im-old 30", "im-young 10"])
    }

    @Test func everyChangeOfAnAccountsImagesIsNoted() async throws {
        func changed() async throws -> [String] { try await store.write { try $0.takeUsageChanges() } }
        #expect(try await changed() == [])
        try await add("a", manifest: 100, chunks: [1])
        #expect(try await changed() == [Account.firstID])
        try await store.write { tx in
            try tx.save(Account(id: "a-2", name: "bob", role: .member, createdAt: 0))
            var image = Fixture.image("a")
            image.ownerID = "a-2"
            try tx.save(image)
        }
        #expect(try await changed() == ["a-2", Account.firstID].sorted())
        try await store.write { try $0.removeRevision(imageID: "im-a", number: 1) }
        #expect(try await changed() == ["a-2"])
    }

    @Test func anImageWhoseChunksAreIndexedLaterIsAChangeOfItsOwner() async throws {
        _ = try await store.write {
            try $0.addRevision(image: "a", digest: Self.digest(100), manifest: Fixture.manifest, now: 0)
        }
        _ = try await store.write { try $0.takeUsageChanges() }
        try await store.index(
            manifest: Self.digest(100), chunks: [IndexedChunk(digest: Self.digest(1), storedSize: 10)], now: 0)
        #expect(try await store.write { try $0.takeUsageChanges() } == [Account.firstID])
    }

    @Test func anImageHasOneOpenSegment() async throws {
        let change = UsageChange(
            accountID: "a-1", open: [], room: [ImageRoom(imageID: "x", imageName: "x", bytes: 1)], now: 10)
        try await store.write { try $0.apply(change, accountID: "a-1", now: 10) }
        await #expect(throws: (any Error).self) {
            try await store.write { try $0.apply(change, accountID: "a-1", now: 10) }
        }
    }

    @Test func keepsTheMeterAndItsMarks() async throws {
        #expect(try await store.read { try $0.meterClock() } == nil)
        let clock = MeterClock(seconds: 5, wall: 86500, day: 1)
        try await store.write { try $0.save(clock, marks: [.init(day: 1, start: 3)]) }
        // A day may come again, and of two marks with the same start the last holds.
        let later: [MeterClock.Mark] = [
            .init(day: 5, start: 3), .init(day: 2, start: 9), .init(day: 1, start: 10), .init(day: 5, start: 12),
        ]
        try await store.write { try $0.save(clock, marks: later) }
        #expect(try await store.read { try $0.meterClock() } == clock)
        let marks = try await store.read { try $0.meterMarks() }
        #expect(marks == later)
    }

    @Test func segmentsEndAndBegin() async throws {
        func segment(_ image: String, _ begins: Int64, _ ends: Int64? = nil) -> UsageSegment {
            UsageSegment(
                accountID: "a-1", imageID: image, imageName: image, bytes: 1 << 40, begins: begins, ends: ends)
        }
        let rooms = ["x", "y"].map { ImageRoom(imageID: $0, imageName: $0, bytes: 1 << 40) }
        let first = UsageChange(accountID: "a-1", open: [], room: rooms, now: 10)
        try await store.write { try $0.apply(first, accountID: "a-1", now: 10) }
        let open = try await store.read { try $0.openUsageSegments(accountID: "a-1") }
        #expect(open == [segment("x", 10), segment("y", 10)])
        let second = UsageChange(accountID: "a-1", open: open, room: [rooms[1]], now: 20)
        try await store.write { try $0.apply(second, accountID: "a-1", now: 20) }
        let all = try await store.read { try $0.usageSegments(accountID: "a-1", endingAfter: 19) }
        #expect(all == [segment("x", 10, 20), segment("y", 10)])
        let later = try await store.read { try $0.usageSegments(accountID: "a-1", endingAfter: 20) }
        #expect(later == [segment("y", 10)])
    }
}
