import AccessPolicy
import ImageFormat
import PreflightFacts
import Store
import Testing

struct ImageTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func add(_ image: String, _ content: UInt8, now: Int64 = 0) async throws -> RevisionRecord {
        let digest = ChunkDigest(of: [content])
        return try await store.write {
            try $0.addRevision(image: image, digest: digest, manifest: Fixture.manifest, now: now)
        }
    }

    /// `image number`, as the store lists them.
    private func listed() async throws -> [String] {
        try await store.read { try $0.revisions().map { "\($0.imageID.dropFirst(3)) \($0.number)" } }
    }

    @Test func whatWasFoundInARevisionGoesWithIt() async throws {
        let first = try await add("debian-12", 1)
        let second = try await add("debian-12", 2)
        let examination = RevisionExamination(
            facts: ImageFacts(firmware: FirmwareFacts(modes: ["uefi"]), sectorSize: 512, diskSize: 1 << 20),
            kernels: [
                KernelDrivers(
                    version: "6.1", drivers: [DriverFacts(name: "nvme", aliases: ["pci:*"])], builtin: ["ext4"],
                    knowsBuiltinAliases: true, initramfs: nil)
            ])
        try await store.write { try $0.save(examination, imageID: first.imageID, revision: first.number) }
        func found(_ record: RevisionRecord) async throws -> RevisionExamination? {
            try await store.read { try $0.examination(imageID: record.imageID, revision: record.number) }
        }
        #expect(try await found(first) == examination)
        #expect(try await found(second) == nil)
        try await store.write { try $0.removeRevision(imageID: first.imageID, number: first.number) }
        #expect(try await found(first) == nil)
    }

    @Test func keepsWhatTheManifestSaysOfARevision() async throws {
        let record = try await add("debian-12", 1, now: 77)
        let found = try await store.read { try $0.revisions(imageID: "im-debian-12") }
        #expect(found == [record])
        #expect(record.number == 1)
        #expect(record.createdAt == 77)
        #expect(record.digest == ChunkDigest(of: [1]))
        #expect(record.diskSize == 3 << 20)
        #expect(record.dataSize == 2 << 20)
        #expect(record.sectorSize == 512)
        #expect(record.os == OSFacts(id: "debian", version: "12"))
        #expect(record.firmware == ["bios", "uefi"])
    }

    @Test func countsTheRevisionsOfEachImage() async throws {
        for (content, image) in ["b", "a", "b", "b"].enumerated() { _ = try await add(image, UInt8(content)) }
        #expect(try await listed() == ["a 1", "b 1", "b 2", "b 3"])
        let ofB = try await store.read { try $0.revisions(imageID: "im-b").map(\.digest) }
        #expect(ofB == ([0, 2, 3] as [UInt8]).map { ChunkDigest(of: [$0]) })
        let unknown = try await store.read { try $0.revisions(imageID: "im-c") }
        #expect(unknown.isEmpty)
    }

    @Test func forgetsOneRevision() async throws {
        for content in 1...3 as ClosedRange<UInt8> { _ = try await add("a", content) }
        try await store.write { try $0.removeRevision(imageID: "im-a", number: 2) }
        #expect(try await listed() == ["a 1", "a 3"])
        try await store.write { try $0.removeRevision(imageID: "im-a", number: 2) }
        #expect(try await listed() == ["a 1", "a 3"])
        _ = try await add("a", 4)
        #expect(try await listed() == ["a 1", "a 3", "a 4"])
    }

    /// Hosts, exports and copies name a revision by its number.
    @Test func givesNoNumberTwice() async throws {
        for content in 1...2 as ClosedRange<UInt8> { _ = try await add("a", content) }
        try await store.write { try $0.removeRevision(imageID: "im-a", number: 2) }
        _ = try await add("a", 3)
        #expect(try await listed() == ["a 1", "a 3"])
    }

    @Test func forgetsAnImageWithItsLastRevision() async throws {
        _ = try await add("a", 1)
        _ = try await add("b", 2)
        try await store.write { try $0.removeRevision(imageID: "im-a", number: 1) }
        #expect(try await scratch.strings("SELECT name FROM images") == ["b"])
    }

    @Test func forgetsAWholeImage() async throws {
        for content in 1...3 as ClosedRange<UInt8> { _ = try await add("a", content) }
        _ = try await add("b", 4)
        try await store.write { try $0.removeImage(id: "im-a") }
        #expect(try await listed() == ["b 1"])
        #expect(try await scratch.strings("SELECT name FROM images") == ["b"])
    }
}
