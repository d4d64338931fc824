import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import Testing

struct DirectoryChunkStoreTests {
    @Test(arguments: ChunkStoreConformance.all.indices)
    func conforms(index: Int) async throws {
        let scratch = try Scratch()
        try await ChunkStoreConformance.all[index].check(DirectoryChunkStore(path: scratch.path + "/chunks"))
    }

    @Test(arguments: [3, 30])
    func namesAChunkOnlyWhenItIsSynchronized(count: UInt64) async throws {
        let scratch = try Scratch()
        let store = try DirectoryChunkStore(path: scratch.path)
        let chunks = (1...count).map { ChunkStoreConformance.chunk($0) }
        try await store.write(chunks)
        #expect(try scratch.names("incoming").count == chunks.count)
        #expect(chunks.allSatisfy { !FileManager.default.fileExists(atPath: store.path(of: $0.digest)) })
        try await store.synchronize()
        #expect(try scratch.names("incoming").isEmpty)
        #expect(chunks.allSatisfy { FileManager.default.fileExists(atPath: store.path(of: $0.digest)) })
    }

    @Test func goesOnWhereItFailedToNameAChunk() async throws {
        let scratch = try Scratch()
        let store = try DirectoryChunkStore(path: scratch.path)
        let chunks = (1...20).map { ChunkStoreConformance.chunk($0) }
        let obstacle = String(chunks[0].digest.description.prefix(2))
        _ = try scratch.write(obstacle, [])
        try await store.write(chunks)
        await #expect(throws: FileError.self) { try await store.synchronize() }
        try await scratch.shell("rm '\(obstacle)'")
        try await store.synchronize()
        for chunk in chunks {
            #expect(try readFile(store.path(of: chunk.digest)) == Array(chunk.frame.readableBytesView))
        }
    }

    @Test func forgetsWhatWasStagedWhenTheProcessDied() async throws {
        let scratch = try Scratch()
        let kept = ChunkStoreConformance.chunk(1)
        let lost = ChunkStoreConformance.chunk(2)
        let first = try DirectoryChunkStore(path: scratch.path)
        try await first.write([kept])
        try await first.synchronize()
        try await first.write([lost])
        let second = try DirectoryChunkStore(path: scratch.path)
        #expect(try await second.contains(kept.digest))
        #expect(try await !second.contains(lost.digest))
        #expect(try scratch.names("incoming").isEmpty)
    }
}
