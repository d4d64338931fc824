import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Sends the head of an answer together with the first bytes of its body: by itself it costs a system call, a packet and
/// a client that wakes up for nothing. Lives on the channel's event loop.
final class HeadWithBodyHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Whether the last part was a head whose body is sure to follow: a stream's first event may take its time.
    private var awaitsBody = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head(let head) = unwrapOutboundIn(data) {
            awaitsBody = head.headerFields[.contentLength] != nil
        } else {
            awaitsBody = false
        }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        if !awaitsBody { context.flush() }
    }
}
