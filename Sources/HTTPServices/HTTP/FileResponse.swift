import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Answers GET and HEAD for one file, with byte ranges (RFC 9110 section 14) and exact lengths, in bounded memory.
struct FileResponse: Sendable {
    let path: String
    let contentType: String
    /// Whether a cache may keep the file for good.
    var isImmutable = false

    private static let pieceSize = 512 * 1024

    /// Reads on NIO's blocking thread pool. A missing file is 404, an unsatisfiable range 416.
    func response(to request: Request) async throws -> Response {
        let pool = NIOThreadPool.singleton
        let path = path
        let file: OpenedFile
        do {
            file = try await pool.runIfActive { try OpenedFile(path: path) }
        } catch let error as IOError where error.errnoCode == ENOENT {
            throw HTTPError(.notFound)
        }
        var headers: HTTPFields = [.contentType: contentType, .acceptRanges: "bytes"]
        if isImmutable { headers[.cacheControl] = "public, max-age=31536000, immutable" }
        guard let range = try ByteRange.requested(by: request.headers, size: file.size) else {
            return Response(
                status: .ok, headers: headers,
                body: body(of: file, range: 0..<file.size, isHead: request.method == .head))
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
        return Response(
            status: .partialContent, headers: headers,
            body: body(of: file, range: range, isHead: request.method == .head))
    }

    private func body(of file: OpenedFile, range: Range<Int>, isHead: Bool) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            if isHead {
                try await writer.finish(nil)
                return
            }
            var offset = range.lowerBound
            while offset < range.upperBound {
                let count = min(Self.pieceSize, range.upperBound - offset)
                let start = offset
                let piece = try await NIOThreadPool.singleton.runIfActive { try file.read(at: start, count: count) }
                try await writer.write(piece)
                offset += count
            }
            try await writer.finish(nil)
        }
    }
}

/// A regular file that is open for reading; closed with its last reference.
private final class OpenedFile: Sendable {
    let size: Int
    private let descriptor: CInt

    init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw IOError(errnoCode: ENOENT, reason: "\(path) is not a regular file")
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes; a file that was cut meanwhile throws.
    func read(at offset: Int, count: Int) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            var done = 0
            while done < count {
                let result = pread(
                    descriptor, space.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if result < 0 && errno == EINTR { continue }
                guard result > 0 else { throw IOError(errnoCode: result < 0 ? errno : EIO, reason: "read") }
                done += result
            }
            return done
        }
        return buffer
    }
}
