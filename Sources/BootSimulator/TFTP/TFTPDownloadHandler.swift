import NIOCore
import NIOPosix
import NetworkTypes

/// Carries one download on a socket of its own. Lives on the channel's event loop.
final class TFTPDownloadHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var download: TFTPDownload
    private let server: SocketAddress
    private let finished: EventLoopPromise<TFTPFetched>
    /// The server's end of the transfer, known from its first packet.
    private var peer: SocketAddress?
    private var ending = TFTPEnding.silent
    private var timer: Scheduled<Void>?
    private var expiry: Scheduled<Void>?

    /// How long a host waits for a packet, and for the whole file.
    private static let patience = TimeAmount.seconds(2)
    private static let limit = TimeAmount.seconds(120)

    init(_ download: TFTPDownload, server: SocketAddress, finished: EventLoopPromise<TFTPFetched>) {
        self.download = download
        self.server = server
        self.finished = finished
    }

    /// Carries a download to its end.
    /// - Parameter address: this machine's address that the packets come from.
    static func carry(
        _ download: TFTPDownload, from server: IPv4Address, to address: IPv4Address
    ) async throws -> TFTPFetched {
        let remote = try SocketAddress(ipAddress: "\(server)", port: 69)
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65536))
            .bind(to: SocketAddress(ipAddress: "\(address)", port: 0)) { $0.eventLoop.makeSucceededFuture($0) }
        let finished = channel.eventLoop.makePromise(of: TFTPFetched.self)
        let added = channel.eventLoop.submit {
            let handler = TFTPDownloadHandler(download, server: remote, finished: finished)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        added.cascadeFailure(to: finished)
        return try await withTaskCancellationHandler {
            try await finished.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        expiry = context.eventLoop.assumeIsolated().scheduleTask(in: Self.limit) {
            self.perform(.finish(.silent, last: nil), context)
        }
        perform(download.start(), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        // The server answers from a port of its own; who else sends is no part of the transfer.
        guard envelope.remoteAddress.ipAddress == server.ipAddress,
            peer == nil || peer == envelope.remoteAddress
        else { return }
        peer = envelope.remoteAddress
        perform(download.received(Array(envelope.data.readableBytesView)), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(.finish(.garbled("\(error)"), last: nil), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        expiry?.cancel()
        finished.succeed(TFTPFetched(ending: ending, contents: download.contents))
    }

    private func perform(_ action: TFTPDownload.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: startTimer(context)
        case .send(let bytes):
            send(bytes, context)
            startTimer(context)
        case .finish(let ending, let last):
            self.ending = ending
            if let last { send(last, context) }
            context.close(promise: nil)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        let envelope = AddressedEnvelope(remoteAddress: peer ?? server, data: ByteBuffer(bytes: bytes))
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
    }

    private func startTimer(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            self.perform(self.download.timedOut(), context)
        }
    }
}
