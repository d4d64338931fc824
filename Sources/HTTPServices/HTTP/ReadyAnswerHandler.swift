import Glibc
package import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// An answer that lies in memory.
package struct ReadyAnswer: Sendable {
    /// The head, without `Date`.
    var head: HTTPResponse
    var body: ByteBuffer
}

/// The answer to a request, where it lies in memory and nothing has to be waited for; nil for all others.
package typealias ReadyAnswers = @Sendable (HTTPRequest) -> ReadyAnswer?

/// Answers at once what can be answered at once, and passes all else on to the routes: when a hundred hosts pull one
/// image, a task for each chunk costs as much as sending it. Lives on the channel's event loop.
final class ReadyAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let answers: ReadyAnswers
    /// Requests that were passed on and whose answers have not ended: what comes behind them has to wait for its turn.
    private var passedOn = 0
    /// The answer to the request whose end has not come yet.
    private var answer: ReadyAnswer?

    init(_ answers: @escaping ReadyAnswers) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            // Who does not take what it has asked for already gets nothing more at once.
            if passedOn == 0, context.channel.isWritable, let answer = answers(request) {
                self.answer = answer
                return
            }
            passedOn += 1
        case .body:
            if answer != nil { return }
        case .end:
            if let answer {
                self.answer = nil
                return send(answer, context)
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passedOn -= 1 }
        context.write(data, promise: promise)
    }

    private func send(_ answer: ReadyAnswer, _ context: ChannelHandlerContext) {
        var head = answer.head
        head.headerFields[.date] = HTTPDate.now
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

/// The time as `Date` wants it (RFC 9110 section 5.6.7), written once a second.
private enum HTTPDate {
    private static let last = Mutex<(second: Int, text: String)>((0, ""))

    static var now: String {
        let second = time(nil)
        return last.withLock { last in
            if last.second != second { last = (second, text(second)) }
            return last.text
        }
    }

    private static func text(_ second: Int) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        // The names are English: this program chooses no locale.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { space in
            let size = strftime(space.baseAddress, space.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(decoding: UnsafeRawBufferPointer(space).prefix(size), as: UTF8.self)
        }
    }
}
