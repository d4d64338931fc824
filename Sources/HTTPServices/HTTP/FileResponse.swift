import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Answers GET and HEAD for one file, with byte ranges and exact lengths, in bounded memory. The body for HEAD is the one
/// for GET, which `HeadAnswers` leaves out.
struct FileResponse: Sendable {
    let path: String
    let contentType: String
    /// Whether a cache may keep the file for good.
    var isImmutable = false

    private static let pieceSize = 512 * 1024

    /// Reads on NIO's blocking thread pool. A file that is missing or no regular one is 404, an unsatisfiable range 416.
    /// Only GET knows ranges (RFC 9110 section 14.2).
    func response(to request: Request) async throws -> Response {
        let opened: Opened
        do {
            opened = try await NIOThreadPool.singleton.runIfActive { [path] in try Self.open(path, for: request) }
        } catch let error as IOError where [ENOENT, ENOTDIR, ELOOP].contains(error.errnoCode) {
            throw HTTPError(.notFound)
        }
        var headers: HTTPFields = [.contentType: contentType, .acceptRanges: "bytes"]
        if isImmutable { headers[.cacheControl] = "public, max-age=31536000, immutable" }
        guard opened.isPart else { return Response(status: .ok, headers: headers, body: Self.body(of: opened)) }
        let range = opened.range
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(opened.file.size)"
        return Response(status: .partialContent, headers: headers, body: Self.body(of: opened))
    }

    /// A file, what was asked of it, and the first piece of that.
    private struct Opened: Sendable {
        let file: OpenedFile
        let range: Range<Int>
        let isPart: Bool
        let first: ByteBuffer
    }

    /// Opens and reads at once: most files are one piece, and each visit of the thread pool costs more than the read.
    private static func open(_ path: String, for request: Request) throws -> Opened {
        let file = try OpenedFile(path: path)
        let part = request.method == .get ? try ByteRange.requested(by: request.headers, size: file.size) : nil
        let range = part ?? 0..<file.size
        let count = request.method == .get ? min(pieceSize, range.count) : 0
        return Opened(
            file: file, range: range, isPart: part != nil, first: try file.read(at: range.lowerBound, count: count))
    }

    private static func body(of opened: Opened) -> ResponseBody {
        let (file, range) = (opened.file, opened.range)
        return ResponseBody(contentLength: range.count) { writer in
            try await writer.write(opened.first)
            var offset = range.lowerBound + opened.first.readableBytes
            while offset < range.upperBound {
                let count = min(pieceSize, range.upperBound - offset)
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
