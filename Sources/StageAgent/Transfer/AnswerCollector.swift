import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Takes an answer in on the connection's own event loop, in memory that is allocated once where the server tells the
/// length: no thread is woken for a part of the body.
final class AnswerCollector: HTTPClientResponseDelegate, @unchecked Sendable {
    // Unchecked: the client calls it from the event loop of its request only.
    typealias Response = (status: HTTPResponseStatus, content: ByteBuffer)

    private let limit: Int
    private var status = HTTPResponseStatus.ok
    private var content = ByteBuffer()

    /// - Parameter limit: the most octets that the body may have; `NIOTooManyBytesError` above it.
    init(limit: Int) { self.limit = limit }

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        status = head.status
        if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }) {
            content.reserveCapacity(min(max(length, 0), limit))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        guard content.readableBytes + part.readableBytes <= limit else {
            return task.eventLoop.makeFailedFuture(NIOTooManyBytesError(maxBytes: limit))
        }
        content.writeImmutableBuffer(part)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) -> Response { (status, content) }
}
