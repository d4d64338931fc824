package import ImageFormat
package import NIOCore
import NIOPosix

/// The zstd frames of a revision's chunks in the disk's order: behind one another they are a zstd file of the raw disk
/// (RFC 8878 section 3).
package struct FrameStream: Sendable {
    private let manifest: Manifest
    private let chunks: any ChunkStore
    private let codec = ChunkCodec()

    package init(manifest: Manifest, chunks: any ChunkStore) {
        self.manifest = manifest
        self.chunks = chunks
    }

    /// How many frames there are: one for each chunk, holes among them.
    package var count: Int { manifest.chunks.count }

    /// The bytes of all frames.
    package func size() async throws -> UInt64 {
        var total: UInt64 = 0
        var known: [ChunkDigest: Int] = [:]
        let hole = try frameOfHole(0).readableBytes
        for (index, digest) in manifest.chunks.enumerated() {
            guard let digest else {
                total += UInt64(index == count - 1 ? try frameOfHole(index).readableBytes : hole)
                continue
            }
            if known[digest] == nil { known[digest] = try await chunks.size(of: digest) }
            guard let size = known[digest] else { throw MissingChunk(digest: digest) }
            total += UInt64(size)
        }
        return total
    }

    /// The frame of one chunk, compared with its name.
    package func frame(_ index: Int) async throws -> ByteBuffer {
        guard let digest = manifest.chunks[index] else { return try frameOfHole(index) }
        return try await chunks.verifiedFrame(of: digest)
    }

    private func frameOfHole(_ index: Int) throws -> ByteBuffer {
        let zeros = [UInt8](repeating: 0, count: manifest.range(ofChunk: index).count)
        return try zeros.withUnsafeBytes { try codec.compress($0) }
    }
}

/// A chunk that a revision names and the store does not have.
package struct MissingChunk: Error, Hashable, Sendable, CustomStringConvertible {
    package let digest: ChunkDigest

    package var description: String { "chunk \(digest) is not in the chunk store: see `ingot image fsck`" }
}

/// A stored chunk whose bytes are not those of its name.
package struct DamagedChunk: Error, Hashable, Sendable, CustomStringConvertible {
    package let digest: ChunkDigest

    package var description: String { "chunk \(digest) in the chunk store is damaged: see `ingot image fsck`" }
}

extension ChunkStore {
    /// As `frame(of:)`, compared with the chunk's name; throws where it is damaged.
    package func verifiedFrame(of digest: ChunkDigest) async throws -> ByteBuffer {
        if let frame = try await rightFrame(of: digest) { return frame }
        // The store's copy may be damaged, and the chunk itself be right.
        try await dropCopy(of: digest)
        guard let frame = try await rightFrame(of: digest) else { throw DamagedChunk(digest: digest) }
        return frame
    }

    private func rightFrame(of digest: ChunkDigest) async throws -> ByteBuffer? {
        let frame = try await frame(of: digest)
        let isRight = try await NIOThreadPool.singleton.runIfActive {
            frame.withUnsafeReadableBytes { ChunkCodec.isFrame($0, of: digest) }
        }
        return isRight ? frame : nil
    }

    /// The frame of a chunk, in memory; throws where there is none.
    package func frame(of digest: ChunkDigest) async throws -> ByteBuffer {
        do {
            return try await storedFrame(of: digest)
        } catch let error as FileError where error.isAbsence || error.isDamage {
            // A copy that went before it was read, because its room was needed, or that the disk has lost.
            try await dropCopy(of: digest)
            return try await storedFrame(of: digest)
        }
    }

    private func storedFrame(of digest: ChunkDigest) async throws -> ByteBuffer {
        switch try await read(digest) {
        case .bytes(let bytes): return bytes
        case .file(let path, let size):
            return try await NIOThreadPool.singleton.runIfActive {
                ByteBuffer(bytes: try OpenFile(reading: path).bytes(at: 0, count: size))
            }
        case nil: throw MissingChunk(digest: digest)
        }
    }
}
