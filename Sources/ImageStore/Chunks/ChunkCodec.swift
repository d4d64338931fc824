import CZstd
import ImageFormat
import NIOCore
import Synchronization

/// Packs chunks into zstd frames. Contexts are kept between chunks, as many as were ever in use at once.
package final class ChunkCodec: Sendable {
    /// The level that chunks are stored with.
    package static let level: CInt = 3

    private let idle = Mutex<[Context]>([])

    package init() {}

    /// One zstd frame of `bytes`, with its content size. Blocks the thread for some milliseconds per MiB.
    func compress(_ bytes: UnsafeRawBufferPointer) throws -> ByteBuffer {
        let context = try idle.withLock { $0.popLast() } ?? Context()
        defer { idle.withLock { $0.append(context) } }
        let bound = ZSTD_compressBound(bytes.count)
        var frame = ByteBuffer()
        try frame.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
            let count = ZSTD_compress2(
                context.pointer, target.baseAddress, target.count, bytes.baseAddress, bytes.count)
            guard ZSTD_isError(count) == 0 else { throw ZstdError(count) }
            return count
        }
        return frame
    }

    /// The codec's own frame of what another frame holds; nil where that is not the chunk of this name. Blocks the
    /// thread for some milliseconds per MiB.
    /// - Parameter limit: chunks are never larger, in bytes.
    func repack(_ frame: UnsafeRawBufferPointer, of digest: ChunkDigest, limit: Int) throws -> ByteBuffer? {
        guard let bytes = Self.plain(frame, limit: limit), ChunkDigest(of: bytes) == digest else { return nil }
        return try bytes.withUnsafeBytes { try compress($0) }
    }

    /// More bytes are never taken for the frame of a chunk, whoever packed it.
    static func largestFrame(ofChunk size: Int) -> Int { ZSTD_compressBound(size) + (64 << 10) }

    /// Whether a frame holds the chunk of this name. Blocks the thread for some milliseconds per MiB.
    /// - Parameter limit: chunks are never larger, in bytes.
    static func isFrame(_ frame: UnsafeRawBufferPointer, of digest: ChunkDigest, limit: Int = 4 << 20) -> Bool {
        plain(frame, limit: limit).map { bytes in bytes.withUnsafeBytes { ChunkDigest(of: $0) } == digest } ?? false
    }

    /// What is in a frame; nil where it is damaged or larger than `limit`.
    static func plain(_ frame: UnsafeRawBufferPointer, limit: Int = 4 << 20) -> [UInt8]? {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard size <= UInt64(limit), ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count) == frame.count else {
            return nil
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
            let code = ZSTD_decompress(target.baseAddress, Int(size), frame.baseAddress, frame.count)
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        return bytes.count == Int(size) ? bytes : nil
    }

    /// A compression context. Sendable because the codec lends it to one caller at a time.
    private final class Context: @unchecked Sendable {
        let pointer: OpaquePointer

        init() throws {
            guard let made = ZSTD_createCCtx() else { throw ZstdError(message: "out of memory") }
            pointer = made
            ZSTD_CCtx_setParameter(pointer, ZSTD_c_compressionLevel, ChunkCodec.level)
        }

        deinit { ZSTD_freeCCtx(pointer) }
    }
}

/// What libzstd reported.
package struct ZstdError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String

    init(message: String) { self.message = message }

    init(_ code: Int) { message = String(cString: ZSTD_getErrorName(code)) }

    package var description: String { "zstd: \(message)" }
}
