import NIOCore

/// Closes a connection at once where its address has enough of them. Lives on the channel's event loop.
final class ConnectionLimiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let connections: ConnectionsByAddress
    /// The client's address while it has a place for this connection.
    private var address: String?

    init(_ connections: ConnectionsByAddress) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { enter(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        enter(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func enter(_ context: ChannelHandlerContext) {
        guard address == nil, let client = context.remoteAddress?.ipAddress else { return }
        guard connections.enter(client) else { return context.close(promise: nil) }
        address = client
    }

    private func leave() {
        if let address { connections.leave(address) }
        address = nil
    }
}
