import NIOCore
import NIOHTTP1
import NIOPosix

/// A web server on the loopback that answers each path with what a test wants.
final class TestWebServer: Sendable {
    /// What a path answers.
    enum Answer: Sendable {
        /// A body with its length.
        case body([UInt8])
        /// A body in chunks without a length.
        case chunked([UInt8])
        /// The length of all of a body, but only `sent` bytes of it; then the connection is closed.
        case broken([UInt8], sent: Int)
        /// A length alone, and nothing after it.
        case silent(length: Int)
        case redirect(String)
        case status(Int)
    }

    private let channel: any Channel

    init(_ answers: [String: Answer]) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMap {
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Handler(answers: answers))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)\(path)" }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answers: [String: Answer]

        init(answers: [String: Answer]) { self.answers = answers }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            switch answers[head.uri] ?? .status(404) {
            case .body(let bytes): send(200, ["Content-Length": "\(bytes.count)"], bytes, context)
            case .chunked(let bytes): send(200, ["Transfer-Encoding": "chunked"], bytes, context)
            case .broken(let bytes, let sent):
                send(200, ["Content-Length": "\(bytes.count)"], Array(bytes.prefix(sent)), context, end: false)
                context.close(promise: nil)
            case .silent(let length): send(200, ["Content-Length": "\(length)"], [1], context, end: false)
            case .redirect(let url): send(302, ["Location": url, "Content-Length": "0"], [], context)
            case .status(let code): send(code, ["Content-Length": "0"], [], context)
            }
        }

        private func send(
            _ code: Int, _ headers: KeyValuePairs<String, String>, _ bytes: [UInt8], _ context: ChannelHandlerContext,
            end: Bool = true
        ) {
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: code),
                headers: HTTPHeaders(headers.map { ($0.key, $0.value) }))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            if end { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        }
    }
}
