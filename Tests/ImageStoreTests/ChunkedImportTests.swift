import ImageFormat
import ImageStore
import NIOCore
import Testing

/// Images of chunks that others have packed.
struct ChunkedImportTests {
    /// The chunks of the sample disk in frames that no codec makes: raw blocks behind empty ones (RFC 8878, 3.1.1).
    private struct PaddedChunks: ChunkFetching {
        let emptyBlocks: Int

        func frame(of chunk: ChunkDigest) async throws -> ByteBuffer {
            let plain = ChunkedImportTests.plainChunks.first { ChunkDigest(of: $0) == chunk } ?? []
            // The magic number; one segment, the size of whose content has four bytes.
            var frame = ByteBuffer(bytes: [0x28, 0xB5, 0x2F, 0xFD, 0xA0] as [UInt8])
            frame.writeInteger(UInt32(plain.count), endianness: .little)
            frame.writeRepeatingByte(0, count: 3 * emptyBlocks)
            for start in stride(from: 0, to: plain.count, by: 128 << 10) {
                let block = plain[start..<min(start + (128 << 10), plain.count)]
                let header = (block.count << 3) | (block.endIndex == plain.count ? 1 : 0)
                frame.writeBytes((0..<3).map { UInt8(truncatingIfNeeded: header >> ($0 * 8)) })
                frame.writeBytes(block)
            }
            return frame
        }
    }

    private static let plainChunks: [[UInt8]] = stride(from: 0, to: sampleDisk.count, by: 1 << 20).map { start in
        Array(sampleDisk[start..<min(start + (1 << 20), sampleDisk.count)])
    }

    private let origin: Fixture
    private let target: Fixture

    init() throws {
        origin = try Fixture()
        target = try Fixture()
    }

    private func original() async throws -> ImportedImage {
        try await origin.importFile(try origin.scratch.write("disk", sampleDisk))
    }

    /// Imports the image for somebody who can read none of the target's chunks.
    private func imported(_ image: ImportedImage, from source: any ChunkFetching) async throws -> ImportedImage {
        try await target.importer.importChunks(
            of: image.manifest.encoded(), from: source, signer: target.signer, mayClaim: { _ in [] },
            received: { _ in }, record: { _ in }, progress: { _ in })
    }

    @Test func storesItsOwnFrameWhateverCame() async throws {
        let original = try await original()
        let image = try await imported(original, from: PaddedChunks(emptyBlocks: 1000))
        #expect(image.digest == original.digest)
        #expect(image.storedSizes == original.storedSizes)
        for chunk in original.storedSizes.keys {
            let stored = try readFile(target.chunks.path(of: chunk))
            let expected = try readFile(origin.chunks.path(of: chunk))
            #expect(stored == expected)
        }
    }

    @Test func refusesAFrameThatIsMuchLargerThanItsChunk() async throws {
        let original = try await original()
        let error = await #expect(throws: ImportError.self) {
            try await imported(original, from: PaddedChunks(emptyBlocks: 100_000))
        }
        #expect(error?.description.contains("no chunk of 1048576 bytes takes so many") == true)
        #expect(try await target.storedDigests().count <= 1)
    }

    /// T30: also where what others have stored was packed by other programs.
    @Test func recordsTheSameSizesWhateverOthersHaveStored() async throws {
        let original = try await original()
        let padded = PaddedChunks(emptyBlocks: 10)
        for chunk in original.storedSizes.keys {
            try await target.chunks.write([CompressedChunk(digest: chunk, frame: padded.frame(of: chunk))])
        }
        try await target.chunks.synchronize()
        let copy = try await imported(original, from: StoredChunks(chunks: origin.chunks))
        #expect(copy.storedSizes == original.storedSizes)
        let path = try target.scratch.write("disk", sampleDisk)
        let own = try await target.importer.importImage(
            ImportRequest(source: .file(path), format: .raw), signer: target.signer, mayClaim: { _ in [] })
        #expect(own.storedSizes == original.storedSizes)
    }
}
