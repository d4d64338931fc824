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
    /// What was sent lately.
    let pieces: FilePieces

    /// Reads on NIO's blocking thread pool. A file that is missing or no regular one is 404, an unsatisfiable range 416.
    /// Only GET knows ranges (RFC 9110 section 14.2).
    func response(to request: Request) async throws -> Response {
        let file: ServedFile
        do {
            file = try await pieces.file(at: path)
        } catch let error as IOError where [ENOENT, ENOTDIR, ELOOP].contains(error.errnoCode) {
            throw HTTPError(.notFound)
        }
        let size = file.version.size
        let part = request.method == .get ? try ByteRange.requested(by: request.headers, size: size) : nil
        var headers: HTTPFields = [.contentType: contentType, .acceptRanges: "bytes"]
        if isImmutable { headers[.cacheControl] = "public, max-age=31536000, immutable" }
        guard let part else { return Response(status: .ok, headers: headers, body: body(of: file, 0..<size)) }
        headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
        return Response(status: .partialContent, headers: headers, body: body(of: file, part))
    }

    private func body(of file: ServedFile, _ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { [pieces] writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let piece = try await pieces.bytes(of: file, within: offset..<range.upperBound)
                try await writer.write(piece)
                offset += piece.readableBytes
            }
            try await writer.finish(nil)
        }
    }
}
