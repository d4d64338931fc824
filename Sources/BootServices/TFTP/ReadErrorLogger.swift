import Logging
import NIOCore

/// Keeps a socket's errors from ending the service: a datagram that could not be read is one datagram.
final class ReadErrorLogger: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let log: Logger

    init(log: Logger) { self.log = log }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        log.warning("reading a datagram failed: \(error)")
    }
}
