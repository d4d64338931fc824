import HummingbirdCore
import LinuxSystem
import Logging
import NIOCore

/// Answers each connection on its own event loop: on Swift's threads a request would change threads several times, and
/// so would each piece of its answer.
struct EventLoopBound<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let ready: ReadyAnswers?
    /// Octets that may wait for the network before a connection counts as full; it has room again at a quarter of that.
    /// One piece of a file fits in between.
    var highWater = 1024 * 1024

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.setOption(.writeBufferWaterMark, value: .init(low: highWater / 4, high: highWater)).flatMap {
            base.setup(channel: channel, logger: logger)
        }.flatMapThrowing { value in
            guard let ready else { return value }
            let pipeline = channel.pipeline.syncOperations
            let state = try pipeline.handler(type: HTTPConnectionStateHandler.self)
            try pipeline.addHandler(ReadyAnswerHandler(ready), position: .after(state))
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
