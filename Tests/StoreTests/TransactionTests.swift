import ImageFormat
import Provisioning
import Store
import Testing

/// Reads and writes at the same time.
struct TransactionTests {
    private struct Refusal: Error {}

    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func hosts() async throws -> [String] { try await store.read { try $0.hosts().map(\.id) } }

    @Test func aWriteThatThrowsHasNotHappened() async throws {
        await #expect(throws: Refusal.self) {
            try await store.write { tx -> Void in
                try tx.save(Fixture.host("h-1", macs: [1]))
                throw Refusal()
            }
        }
        #expect(try await hosts() == [])
        try await store.write { try $0.save(Fixture.host("h-2", macs: [1])) }
        #expect(try await hosts() == ["h-2"])
    }

    @Test func readersDoNotWaitForAWriteAndDoNotSeeItBeforeItEnds() async throws {
        try await store.write { try $0.save(Fixture.host("h-1")) }
        let (beginnings, beginning) = AsyncStream.makeStream(of: Void.self)
        let readersAreDone = Gate()
        async let writing = store.write { tx -> Bool in
            try tx.save(Fixture.host("h-2"))
            beginning.yield()
            return readersAreDone.pass()
        }
        for await _ in beginnings { break }
        let counts = try await withThrowingTaskGroup(of: Int.self, returning: [Int].self) { group in
            for _ in 1...3 { group.addTask { try await hosts().count } }
            var counts: [Int] = []
            for try await count in group { counts.append(count) }
            return counts
        }
        readersAreDone.open()
        let wasOpenMeanwhile = try await writing
        #expect(wasOpenMeanwhile)
        #expect(counts == [1, 1, 1])
        #expect(try await hosts() == ["h-1", "h-2"])
    }

    @Test func aReadKeepsWhatItSawFirstWhileWritesGoOn() async throws {
        try await store.write { try $0.save(Fixture.host("h-1")) }
        let (beginnings, beginning) = AsyncStream.makeStream(of: Void.self)
        let writeIsDone = Gate()
        async let reading = store.read { tx -> [Int] in
            let before = try tx.hosts().count
            beginning.yield()
            guard writeIsDone.pass() else { return [] }
            return [before, try tx.hosts().count]
        }
        for await _ in beginnings { break }
        try await store.write { try $0.save(Fixture.host("h-2")) }
        writeIsDone.open()
        let counts = try await reading
        #expect(counts == [1, 1])
        #expect(try await hosts() == ["h-1", "h-2"])
    }

    @Test func writesAtTheSameTimeFollowOneAnother() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for content in 1...20 as ClosedRange<UInt8> {
                group.addTask {
                    let digest = ChunkDigest(of: [content])
                    _ = try await store.write {
                        try $0.addRevision(image: "a", digest: digest, manifest: Fixture.manifest, now: 0)
                    }
                }
            }
            try await group.waitForAll()
        }
        let revisions = try await store.read { try $0.revisions(imageID: "im-a") }
        #expect(revisions.map(\.number) == Array(1...20))
        #expect(Set(revisions.map(\.digest)).count == 20)
    }
}
