import NIOCore

/// Puts every datagram of a channel into a queue, on the channel's event loop: what is dropped in a flood is dropped
/// there, cheaply, and not by chance in the socket.
final class PacketQueueHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let queue: PacketQueue

    init(_ queue: PacketQueue) { self.queue = queue }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { queue.put(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { queue.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        queue.finish(error)
        context.close(promise: nil)
    }
}
