import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import Synchronization
import Testing

/// A disk out of its chunks.
struct DiskAssemblyTests {
    /// Chunks of a store, counted.
    private final class CountedChunks: ChunkFetching {
        let chunks: StoredChunks
        let asked = Mutex(0)

        init(_ chunks: any ChunkStore) { self.chunks = StoredChunks(chunks: chunks) }

        func frame(of chunk: ChunkDigest) async throws -> ByteBuffer {
            asked.withLock { $0 += 1 }
            return try await chunks.frame(of: chunk)
        }
    }

    /// What an earlier run has left.
    enum Rest: CaseIterable {
        case nothing
        case theFirstChunk
        case somethingInTheHole
        case everythingAndMore

        var bytes: [UInt8] {
            switch self {
            case .nothing: []
            case .theFirstChunk: Array(sampleDisk[..<(1 << 20)])
            case .somethingInTheHole: Self.theFirstChunk.bytes + [UInt8](repeating: 7, count: 3 << 20)
            case .everythingAndMore: sampleDisk + [1, 2, 3]
            }
        }

        /// How many chunks are missing.
        var missing: Int {
            switch self {
            case .nothing: 3
            case .theFirstChunk, .somethingInTheHole: 2
            case .everythingAndMore: 0
            }
        }
    }

    @Test(arguments: Rest.allCases)
    func goesOnWhereItWas(rest: Rest) async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(try fixture.scratch.write("disk", sampleDisk))
        let path = try fixture.scratch.write("part", rest.bytes)
        let source = CountedChunks(fixture.chunks)
        try await DiskAssembly(manifest: image.manifest, source: source).write(to: path) { _ in }
        #expect(try fixture.scratch.read("part") == sampleDisk)
        #expect(source.asked.withLock { $0 } == rest.missing)
    }

    @Test func refusesADamagedChunk() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(try fixture.scratch.write("disk", sampleDisk))
        let damaged = try #require(image.manifest.chunks[2])
        let other = try #require(image.manifest.chunks[0])
        let target = fixture.chunks.path(of: damaged)
        try FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: fixture.chunks.path(of: other), toPath: target)
        let error = await #expect(throws: ImportError.self) {
            try await DiskAssembly(manifest: image.manifest, source: StoredChunks(chunks: fixture.chunks))
                .write(to: fixture.scratch.path + "/out") { _ in }
        }
        #expect(error?.description.contains("chunk \(damaged) is damaged") == true)
    }

    @Test func givesNoFrameOfADamagedChunkAway() async throws {
        let fixture = try Fixture()
        let image = try await fixture.importFile(try fixture.scratch.write("disk", sampleDisk))
        let damaged = try #require(image.manifest.chunks[2])
        try Data([1, 2, 3]).write(to: URL(filePath: fixture.chunks.path(of: damaged)))
        let stream = FrameStream(manifest: image.manifest, chunks: fixture.chunks)
        _ = try await stream.frame(0)
        let error = await #expect(throws: DamagedChunk.self) { try await stream.frame(2) }
        #expect(error?.digest == damaged)
        #expect(error?.description.contains("see `ingot image fsck`") == true)
    }
}
