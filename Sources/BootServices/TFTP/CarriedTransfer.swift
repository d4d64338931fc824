import Glibc
import NIOCore
import TFTP

/// One transfer on its socket: feeds what comes in to the state machine and does what it says. For one thread.
final class CarriedTransfer {
    /// Packets that bring nothing on and are read at once; no client keeps the thread from the others.
    private static let readAtOnce = 64

    private let socket: TransferSocket
    private let contents: ByteBuffer
    private var transfer: TFTPTransfer
    /// Packets in one write: more than one where the kernel cuts them, which is tried with the first window.
    private var packetsPerWrite: Int
    private var isCutting = false
    /// When the whole transfer has taken too long.
    private let expiry: NIODeadline
    /// When what was sent is repeated.
    private var repetition = NIODeadline.distantFuture
    private(set) var outcome: TFTPOutcome?

    init(_ transfer: TFTPTransfer, contents: ByteBuffer, on socket: TransferSocket, limit: TimeAmount) {
        self.transfer = transfer
        self.contents = contents
        self.socket = socket
        expiry = .now() + limit
        packetsPerWrite =
            transfer.settings.windowSize > 1 ? BlockWriter.capacity(blockSize: transfer.settings.blockSize) : 1
    }

    /// When `elapse` is to be called next.
    var due: NIODeadline { min(repetition, expiry) }

    var report: TFTPTransferReport {
        TFTPTransferReport(
            outcome: outcome ?? .serverStopped, bytes: transfer.acknowledgedBytes, size: transfer.size,
            blockSize: transfer.settings.blockSize)
    }

    func start(_ writer: BlockWriter) { perform(transfer.start(), writer) }

    /// Something came in on the socket: reads until a packet brings the transfer on. What is behind that one stays: the
    /// client's answer to what is sent now brings a new call. A malformed packet is as good as a lost one.
    /// - Parameter buffer: any; what it holds is overwritten.
    func receive(into buffer: inout ByteBuffer, _ writer: BlockWriter) {
        for _ in 0..<Self.readAtOnce {
            guard let action = action(on: socket.receive(into: &buffer), buffer) else { return }
            perform(action, writer)
            guard case .wait = action else { return }
        }
    }

    /// Waits a moment for one packet; false where none came.
    /// - Parameter buffer: any; what it holds is overwritten.
    func wait(into buffer: inout ByteBuffer, _ writer: BlockWriter) -> Bool {
        guard let action = action(on: socket.wait(into: &buffer), buffer) else { return false }
        perform(action, writer)
        return true
    }

    private func action(on received: TransferSocket.Received, _ buffer: ByteBuffer) -> TFTPAction? {
        switch received {
        case .nothing: nil
        case .refusal: transfer.clientVanished()
        case .datagram: (try? TFTPPacket(datagram: buffer)).map { transfer.received($0) } ?? .wait
        }
    }

    /// Time has passed.
    func elapse(_ now: NIODeadline, into buffer: inout ByteBuffer, _ writer: BlockWriter) {
        if now >= expiry { return perform(transfer.expired(), writer) }
        guard now >= repetition else { return }
        receive(into: &buffer, writer)
        if outcome == nil, now >= repetition { perform(transfer.timedOut(), writer) }
    }

    func stop(_ writer: BlockWriter) { perform(transfer.serverStopped(), writer) }

    private func perform(_ action: TFTPAction, _ writer: BlockWriter) {
        switch action {
        case .wait: return
        case .sendOptions: socket.send(.optionAcknowledgement(transfer.settings.acknowledged))
        case .sendBlocks(let blocks): send(blocks, writer)
        case .finish(let outcome):
            self.outcome = outcome
            cut(false)
            if let error = outcome.error { socket.send(.error(error)) }
            socket.close()
        }
        repetition = .now() + .seconds(Int64(transfer.timeout))
    }

    private func send(_ blocks: ClosedRange<Int>, _ writer: BlockWriter) {
        var first = blocks.lowerBound
        if packetsPerWrite > 1 { cut(true) }
        while first <= blocks.upperBound {
            let last = min(first + packetsPerWrite - 1, blocks.upperBound)
            let code = writer.write(first...last, of: transfer, from: contents, to: socket)
            // Blocks larger than the MTU are not cut, nor is anything by Linux before 6.11 on a card without checksums.
            if [EIO, EINVAL, EMSGSIZE].contains(code), packetsPerWrite > 1 {
                cut(false)
                packetsPerWrite = 1
            } else {
                first = last + 1
            }
        }
    }

    /// Turns the kernel's cutting on or off. OACK and ERROR go out uncut.
    private func cut(_ isWanted: Bool) {
        guard isWanted != isCutting else { return }
        isCutting =
            socket.cutWrites(into: isWanted ? TFTPPacket.dataHeader + transfer.settings.blockSize : 0) && isWanted
        if isWanted, !isCutting { packetsPerWrite = 1 }
    }
}
