import NIOCore

/// Closes a connection whose client takes its answer so slowly that nothing more could be written for some time.
/// Lives on the channel's event loop.
final class StalledAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limit: TimeAmount
    /// Since when nothing more can be written; nil while something can.
    private var stalledSince: NIODeadline?
    /// Outlasts many short stalls, which come with every large answer.
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) { self.limit = limit }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalledSince = context.channel.isWritable ? nil : .now()
        if stalledSince != nil, timer == nil { look(after: limit, context) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopTimer() }

    private func look(after delay: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            timer = nil
            guard let stalledSince else { return }
            let left = stalledSince + limit - .now()
            if left <= .zero { context.close(promise: nil) } else { look(after: left, context) }
        }
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
