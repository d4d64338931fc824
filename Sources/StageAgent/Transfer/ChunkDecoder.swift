import AgentProtocol
import CZstd
import ImageFormat
import NIOCore

/// Decompresses chunks, with one zstd context that is used again and again by one task at a time.
final class ChunkDecoder: @unchecked Sendable {
    // Unchecked: the context has one user at a time, the task that owns the decoder.
    private let context: OpaquePointer

    init() throws(PhaseFailure) {
        guard let context = ZSTD_createDCtx() else {
            throw PhaseFailure(.internal, "no memory for a zstd context")
        }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Decompresses a frame into all of `memory` and checks the digest of what comes out. Returns what is wrong, nil if
    /// all is right; whatever is in `memory` otherwise must not reach a disk.
    func decode(_ frame: ByteBuffer, into memory: UnsafeMutableRawBufferPointer, digest: ChunkDigest) -> String? {
        let count = frame.withUnsafeReadableBytes { source in
            ZSTD_decompressDCtx(context, memory.baseAddress, memory.count, source.baseAddress, source.count)
        }
        if ZSTD_isError(count) != 0 { return "zstd: \(String(cString: ZSTD_getErrorName(count)))" }
        guard count == memory.count else { return "it has \(count) bytes, expected \(memory.count)" }
        let found = ChunkDigest(of: UnsafeRawBufferPointer(memory))
        return found == digest ? nil : "its bytes have the digest \(found)"
    }
}
