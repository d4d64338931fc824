import CZstd

/// Unpacks zstd (RFC 8878): one frame or several, skippable frames between them.
final class ZstdBytes: ByteSource {
    private let input: InputWindow
    private let context: OpaquePointer
    private let memoryLimit: Int
    private var isInsideFrame = false
    private var frames = 0

    /// - Parameter memoryLimit: the largest window that a frame may ask for, in bytes; rounded down to a power of two.
    init(_ source: any ByteSource, memoryLimit: Int) throws {
        guard let made = ZSTD_createDCtx() else { throw StreamError.malformed(.zst, reason: "out of memory") }
        context = made
        input = InputWindow(source)
        self.memoryLimit = memoryLimit
        let windowLog = CInt(Int.bitWidth - 1 - max(memoryLimit, 1024).leadingZeroBitCount)
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLog)
    }

    deinit { ZSTD_freeDCtx(context) }

    var consumed: UInt64 { input.consumed }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            try input.fill()
            if input.isComplete && !isInsideFrame {
                guard frames > 0 else { throw StreamError.truncated(.zst) }
                return 0
            }
            let count = try decompressOnce(into: buffer)
            if count > 0 { return count }
            if input.isComplete && isInsideFrame { throw StreamError.truncated(.zst) }
        }
    }

    private func decompressOnce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let source = input.bytes
        var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var to = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let code = ZSTD_decompressStream(context, &to, &from)
        input.use(from.pos)
        if ZSTD_isError(code) != 0 { throw error(code) }
        isInsideFrame = code != 0
        if code == 0 { frames += 1 }
        return to.pos
    }

    private func error(_ code: Int) -> StreamError {
        switch ZSTD_getErrorCode(code) {
        case ZSTD_error_frameParameter_windowTooLarge: .tooMuchMemory(.zst, limit: memoryLimit)
        case ZSTD_error_prefix_unknown where frames > 0 && !isInsideFrame: .trailingBytes(.zst)
        default: .malformed(.zst, reason: String(cString: ZSTD_getErrorName(code)))
        }
    }
}
