import Glibc
import NIOCore

/// Keeps what the kernel holds of answers that are not sent yet small (TCP_NOTSENT_LOWAT of tcp(7)): the window of a quick line
/// is not touched by that.
final class UnsentLimiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Bytes; nil leaves it to the kernel.
    private let limit: Int?

    init(_ limit: Int?) { self.limit = limit }

    func channelActive(context: ChannelHandlerContext) {
        if let limit {
            let option = ChannelOptions.Types.SocketOption(
                level: .tcp, name: .init(rawValue: TCP_NOTSENT_LOWAT))
            // Where that fails, answers are ended later.
            _ = context.channel.setOption(option, value: limit)
        }
        context.fireChannelActive()
    }
}
