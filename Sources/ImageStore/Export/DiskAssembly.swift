package import ImageFormat
import NIOCore
package import NIOPosix

/// Puts a revision's disk together from its chunks.
package struct DiskAssembly: Sendable {
    private let manifest: Manifest
    private let source: any ChunkFetching
    private let pool: NIOThreadPool

    /// As many chunks are fetched at once.
    private static let chunksAtOnce = 8

    package init(manifest: Manifest, source: any ChunkFetching, pool: NIOThreadPool = .singleton) {
        self.manifest = manifest
        self.source = source
        self.pool = pool
    }

    /// Writes the disk into the file at `path`; holes stay holes, and every chunk is compared with its name. What the file
    /// has already of the disk is kept and not fetched again, so that an assembly that broke off goes on where it was.
    /// Returns when the file is on the medium.
    /// - Parameter progress: is told of the bytes of the disk that are done.
    package func write(to path: String, progress: @Sendable (UInt64) -> Void) async throws {
        let file = try await pool.runIfActive { try PartialDisk(path: path) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            var done: UInt64 = 0
            func note(_ bytes: Int?) {
                done += UInt64(bytes ?? 0)
                progress(done)
            }
            for (index, digest) in manifest.chunks.enumerated() {
                if index >= Self.chunksAtOnce { note(try await group.next()) }
                let range = manifest.range(ofChunk: index)
                group.addTask {
                    try await bring(digest, range, into: file)
                    return range.count
                }
            }
            for try await bytes in group { note(bytes) }
        }
        try await pool.runIfActive { [size = manifest.diskSize] in try file.finish(size: size) }
    }

    private func bring(_ digest: ChunkDigest?, _ range: Range<UInt64>, into file: PartialDisk) async throws {
        guard try await !pool.runIfActive({ try file.has(digest, range) }) else { return }
        guard let digest else {
            return try await pool.runIfActive { try file.write([UInt8](repeating: 0, count: range.count), range) }
        }
        let frame = try await source.frame(of: digest)
        try await pool.runIfActive {
            let plain = frame.withUnsafeReadableBytes { ChunkCodec.plain($0, limit: range.count) }
            guard let plain, plain.count == range.count, ChunkDigest(of: plain) == digest else {
                throw ImportError.refused("chunk \(digest) is damaged: see `ingot image fsck`")
            }
            try file.write(plain, range)
        }
    }
}

/// A file that becomes a disk; it may hold some of it already.
private final class PartialDisk: Sendable {
    private let file: OpenFile
    /// The file's size at first, in bytes: nothing behind it is worth reading.
    private let knownSize: UInt64

    init(path: String) throws {
        file = try OpenFile(appending: path)
        knownSize = try file.size()
    }

    /// Whether the file holds a chunk; nil is a hole.
    func has(_ digest: ChunkDigest?, _ range: Range<UInt64>) throws -> Bool {
        let known = range.clamped(to: 0..<knownSize)
        if known.isEmpty { return digest == nil }
        let bytes = try file.bytes(at: known.lowerBound, count: known.count)
        guard let digest else { return bytes.withUnsafeBytes { ZeroBytes.fill($0) } }
        return bytes.count == range.count && ChunkDigest(of: bytes) == digest
    }

    func write(_ bytes: [UInt8], _ range: Range<UInt64>) throws {
        try bytes.withUnsafeBytes { try file.write($0, at: range.lowerBound) }
    }

    /// Gives the file its length and puts it on the medium.
    func finish(size: UInt64) throws {
        try file.truncate(to: size)
        try file.synchronize()
    }
}
