import NIOCore
import TFTP

/// Carries one transfer on its connected socket: feeds packets and timeouts to the state machine and sends what it says.
/// Lives on the channel's event loop.
final class TFTPTransferHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var transfer: TFTPTransfer
    private let contents: ByteBuffer
    private let client: SocketAddress
    /// Packets in one write, at least 1.
    private let packetsPerWrite: Int
    private let offload: SegmentationOffload
    private let limit: TimeAmount
    private let finished: EventLoopPromise<TFTPTransferReport>
    private var outcome: TFTPOutcome?
    private var due = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    private var timerFires = NIODeadline.distantFuture
    private var expiry: Scheduled<Void>?

    init(
        transfer: TFTPTransfer, contents: ByteBuffer, client: SocketAddress, packetsPerWrite: Int,
        offload: SegmentationOffload, limit: TimeAmount, finished: EventLoopPromise<TFTPTransferReport>
    ) {
        self.transfer = transfer
        self.contents = contents
        self.client = client
        self.packetsPerWrite = packetsPerWrite
        self.offload = offload
        self.limit = limit
        self.finished = finished
    }

    /// Carries `transfer` to its end on `channel`, which is closed then. A cancelled task tells the client and ends.
    static func carry(
        _ transfer: TFTPTransfer, contents: ByteBuffer, on channel: any Channel, client: SocketAddress,
        offload: SegmentationOffload, limit: TimeAmount
    ) async throws -> TFTPTransferReport {
        let finished = channel.eventLoop.makePromise(of: TFTPTransferReport.self)
        let packetsPerWrite =
            transfer.settings.windowSize == 1
            ? 1 : await offload.packets(of: TFTPPacket.dataHeader + transfer.settings.blockSize, on: channel)
        let added = channel.eventLoop.submit {
            let handler = TFTPTransferHandler(
                transfer: transfer, contents: contents, client: client, packetsPerWrite: packetsPerWrite,
                offload: offload, limit: limit, finished: finished)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        added.cascadeFailure(to: finished)
        return try await withTaskCancellationHandler {
            try await finished.futureResult.get()
        } onCancel: {
            channel.pipeline.fireUserInboundEventTriggered(StopEvent())
        }
    }

    /// Asks the handler to end its transfer.
    struct StopEvent: Sendable {}
}

// MARK: - Events

extension TFTPTransferHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        expiry = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.perform(self.transfer.expired(), context)
        }
        perform(transfer.start(), context)
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A malformed packet is as good as a lost one.
        guard let packet = try? TFTPPacket(datagram: unwrapInboundIn(data).data) else { return }
        perform(transfer.received(packet), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(transfer.clientVanished(), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is StopEvent else { return context.fireUserInboundEventTriggered(event) }
        perform(transfer.serverStopped(), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        expiry?.cancel()
        finished.succeed(
            TFTPTransferReport(
                outcome: outcome ?? .serverStopped, bytes: transfer.acknowledgedBytes, size: transfer.size,
                blockSize: transfer.settings.blockSize))
    }
}

// MARK: - Actions

extension TFTPTransferHandler {
    private func perform(_ action: TFTPAction, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: return
        case .sendOptions:
            write(.optionAcknowledgement(transfer.settings.acknowledged), context)
            startTimer(context)
        case .sendBlocks(let blocks):
            for first in stride(from: blocks.lowerBound, through: blocks.upperBound, by: packetsPerWrite) {
                write(blocks: first...min(first + packetsPerWrite - 1, blocks.upperBound), context)
            }
            startTimer(context)
        case .finish(let outcome): finish(outcome, context)
        }
    }

    /// Writes the DATA packets of these blocks, at most `packetsPerWrite`, at once. All but the last have one size.
    private func write(blocks: ClosedRange<Int>, _ context: ChannelHandlerContext) {
        let size = TFTPPacket.dataHeader + transfer.settings.blockSize
        var buffer = context.channel.allocator.buffer(capacity: blocks.count * size)
        for block in blocks {
            let bytes = transfer.bytes(ofBlock: block)
            let start = contents.readerIndex + bytes.lowerBound
            let payload = contents.getSlice(at: start, length: bytes.count) ?? ByteBuffer()
            TFTPPacket.data(block: TFTPTransfer.wireNumber(block), payload: payload).write(into: &buffer)
        }
        var envelope = AddressedEnvelope(remoteAddress: client, data: buffer)
        guard blocks.count > 1 else { return context.write(wrapOutboundOut(envelope), promise: nil) }
        envelope.metadata = .init(ecnState: .transportNotCapable, packetInfo: nil, segmentSize: size)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenFailure { [offload] error in
            if error is IOError { offload.fail() }
        }
        context.write(wrapOutboundOut(envelope), promise: written)
    }

    private func write(_ packet: TFTPPacket, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: TFTPPacket.dataHeader + transfer.settings.blockSize)
        packet.write(into: &buffer)
        context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: client, data: buffer)), promise: nil)
    }

    private func finish(_ outcome: TFTPOutcome, _ context: ChannelHandlerContext) {
        self.outcome = outcome
        if let error = outcome.error { write(.error(error), context) }
        context.flush()
        context.close(promise: nil)
    }

    /// Moves the time of the next repetition. The scheduled task stays as long as it is early enough, because most
    /// packets are acknowledged long before it is due.
    private func startTimer(_ context: ChannelHandlerContext) {
        due = context.eventLoop.now + .seconds(Int64(transfer.timeout))
        if timer != nil, timerFires <= due { return }
        timer?.cancel()
        schedule(context)
    }

    private func schedule(_ context: ChannelHandlerContext) {
        timerFires = due
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.timerFired(context) }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard context.eventLoop.now >= due else { return schedule(context) }
        perform(transfer.timedOut(), context)
        context.flush()
    }
}
