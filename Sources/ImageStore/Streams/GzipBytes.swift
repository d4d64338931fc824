import CZlib

/// Unpacks gzip (RFC 1952): one member or several behind each other.
final class GzipBytes: ByteSource {
    private let input: InputWindow
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInsideMember = false
    private var members = 0

    init(_ source: any ByteSource) throws {
        input = InputWindow(source)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBitsForGzip: CInt = 15 + 16
        let code = inflateInit2_(stream, windowBitsForGzip, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw StreamError.malformed(.gz, reason: "zlib cannot start (\(code))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    var consumed: UInt64 { input.consumed }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            try input.fill()
            if input.bytes.isEmpty {
                guard !isInsideMember && members > 0 else { throw StreamError.truncated(.gz) }
                return 0
            }
            let count = try inflateOnce(into: buffer)
            if count > 0 { return count }
        }
    }

    private func inflateOnce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let source = input.bytes
        if !isInsideMember && members > 0 {
            guard source.first == 0x1F else { throw StreamError.trailingBytes(.gz) }
            inflateReset(stream)
        }
        isInsideMember = true
        stream.pointee.next_in = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = CUnsignedInt(source.count)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = CUnsignedInt(clamping: buffer.count)
        let room = Int(stream.pointee.avail_out)
        let code = inflate(stream, Z_NO_FLUSH)
        input.use(source.count - Int(stream.pointee.avail_in))
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            isInsideMember = false
            members += 1
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(code)"
            throw members > 0 && stream.pointee.total_out == 0
                ? StreamError.trailingBytes(.gz) : StreamError.malformed(.gz, reason: reason)
        }
        return room - Int(stream.pointee.avail_out)
    }
}
