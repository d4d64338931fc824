import CLZMA

/// Unpacks .xz files (version 1.0.4 of the format): one stream or several, with padding.
final class XzBytes: ByteSource {
    private let input: InputWindow
    private let stream: UnsafeMutablePointer<lzma_stream>
    private let memoryLimit: Int
    private var hasEnded = false

    /// - Parameter memoryLimit: what the decoder may use, in bytes.
    init(_ source: any ByteSource, memoryLimit: Int) throws {
        input = InputWindow(source)
        self.memoryLimit = memoryLimit
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        let concatenated: UInt32 = 0x08
        let code = lzma_stream_decoder(stream, UInt64(memoryLimit), concatenated)
        guard code == LZMA_OK else { throw StreamError.malformed(.xz, reason: "liblzma cannot start") }
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    var consumed: UInt64 { input.consumed }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while !hasEnded {
            try input.fill()
            let source = input.bytes
            stream.pointee.next_in = UnsafePointer(source.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = source.count
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = buffer.count
            let code = lzma_code(stream, input.isComplete ? LZMA_FINISH : LZMA_RUN)
            input.use(source.count - stream.pointee.avail_in)
            try check(code)
            let count = buffer.count - stream.pointee.avail_out
            if count > 0 { return count }
        }
        return 0
    }

    private func check(_ code: lzma_ret) throws {
        switch code {
        case LZMA_OK: break
        case LZMA_STREAM_END: hasEnded = true
        case LZMA_BUF_ERROR: throw StreamError.truncated(.xz)
        case LZMA_MEMLIMIT_ERROR: throw StreamError.tooMuchMemory(.xz, limit: memoryLimit)
        case LZMA_FORMAT_ERROR:
            throw stream.pointee.total_out > 0
                ? StreamError.trailingBytes(.xz) : StreamError.malformed(.xz, reason: "no xz header")
        case LZMA_OPTIONS_ERROR: throw StreamError.malformed(.xz, reason: "unsupported options")
        default: throw StreamError.malformed(.xz, reason: "the data is damaged (liblzma error \(code.rawValue))")
        }
    }
}
