import HTTPTypes
import Hummingbird
import NIOCore

/// Answers GET and HEAD for one file, with byte ranges and exact lengths, in bounded memory. The body for HEAD is the one
/// for GET, which `HeadAnswers` leaves out.
struct FileResponse: Sendable {
    let file: ServedFile
    let contentType: String
    /// What caches may do with it; nil says nothing of that.
    var cacheControl: String?
    /// What was sent lately.
    let pieces: FilePieces

    /// An unsatisfiable range is 416. Only GET knows ranges (RFC 9110 section 14.2).
    func response(to request: Request) throws -> Response {
        let size = file.version.size
        let part = request.method == .get ? try ByteRange.requested(by: request.headers, size: size) : nil
        var headers = fields
        guard let part else { return Response(status: .ok, headers: headers, body: body(0..<size)) }
        headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
        return Response(status: .partialContent, headers: headers, body: body(part))
    }

    /// The answer with the whole file, where that lies in memory.
    var ready: ReadyAnswer? {
        guard let bytes = pieces.whole(file) else { return nil }
        var head = HTTPResponse(status: .ok, headerFields: fields)
        head.headerFields[.contentLength] = "\(bytes.readableBytes)"
        return ReadyAnswer(head: head, body: bytes)
    }

    private var fields: HTTPFields {
        var fields: HTTPFields = [.contentType: contentType, .acceptRanges: "bytes"]
        fields[.cacheControl] = cacheControl
        return fields
    }

    private func body(_ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { [file, pieces] writer in
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
