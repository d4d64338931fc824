import FoundationEssentials
import ImageFormat
import ImageStore
import Testing

struct DirectoryManifestStoreTests {
    @Test func keepsAManifestUnderTheDigestOfItsPayload() async throws {
        let scratch = try Scratch()
        let store = try DirectoryManifestStore(path: scratch.path)
        let document = try TestSigner().sign(Data("payload".utf8))
        let digest = try await store.write(document)
        #expect(digest == ChunkDigest(of: Array("payload".utf8)))
        #expect(try await store.read(digest) == document)
        #expect(try await store.digests() == [digest])
        #expect(try await DirectoryManifestStore(path: scratch.path).read(digest) == document)
    }

    @Test func forgetsWhatWasRemoved() async throws {
        let scratch = try Scratch()
        let store = try DirectoryManifestStore(path: scratch.path)
        let digest = try await store.write(TestSigner().sign(Data("payload".utf8)))
        try await store.remove(digest)
        try await store.remove(digest)
        #expect(try await store.read(digest) == nil)
        #expect(try await store.digests().isEmpty)
    }

    @Test func refusesAManifestThatWasChangedOnDisk() async throws {
        let scratch = try Scratch()
        let store = try DirectoryManifestStore(path: scratch.path)
        let digest = try await store.write(TestSigner().sign(Data("payload".utf8)))
        let other = try await store.write(TestSigner().sign(Data("another".utf8)))
        _ = try scratch.write(digest.description, scratch.read(other.description))
        await #expect(throws: DamagedManifest.self) { try await store.read(digest) }
        _ = try scratch.write(digest.description, Array("{".utf8))
        await #expect(throws: DamagedManifest.self) { try await store.read(digest) }
    }

    @Test func removesUnfinishedFilesOfAFormerProcess() async throws {
        let scratch = try Scratch()
        _ = try scratch.write("abc.new", [1])
        #expect(try await DirectoryManifestStore(path: scratch.path).digests().isEmpty)
        #expect(try scratch.names("").isEmpty)
    }
}
