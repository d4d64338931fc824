import BootServices
import BootTimeline
import NIOCore
import NetworkTypes
import TFTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TFTPObservingTests {
    private static let mac = MACAddress([0x52, 0x54, 0, 0, 0, 1] as [UInt8]) ?? .zero

    private let observer = TransferWatcher()

    /// Runs the service over one file of `size` octets; what was told of the client's one transfer.
    private func transfer(
        size: Int = 3000, of client: @Sendable (_ port: Int) async throws -> Void
    ) async throws -> TransferRecord {
        let limits = TFTPServiceLimits(transfer: TFTPLimits(repetitions: 1))
        let files = virtualFiles(["file": patternBytes(size)])
        return try await withTFTPService(files, limits: limits, observer: observer, mac: Self.mac) {
            (port) async throws in
            try await client(port)
            for await event in observer.events {
                #expect(event.mac == Self.mac && event.at > 1_700_000_000_000)
                guard case .transfer(let record) = event.occurrence else { break }
                return record
            }
            throw CancellationError()
        }
    }

    @Test func aWholeFileIsComplete() async throws {
        let record = try await transfer { port in
            let options = [TFTPOption("blksize", "1428"), TFTPOption("tsize", "0")]
            _ = try await TFTPTestClient(port: port, options: options).fetch("/file")
        }
        #expect(record.service == .tftp && record.file == "file" && record.ending == .complete)
        #expect(record.bytes == 3000 && record.blockSize == 1428 && record.detail == nil)
    }

    /// As where only small packets get through: the negotiation succeeds, no block arrives.
    @Test func aTransferWhoseBlocksAreLostIsStalledWithItsBlockSize() async throws {
        let record = try await transfer { port in
            try await Self.negotiate(port: port) { (packet, reply) async throws in
                if case .optionAcknowledgement = packet { try await reply(.acknowledgement(block: 0)) }
            }
        }
        #expect(record.ending == .stalled && record.blockSize == 1428 && record.bytes == 0)
        #expect(record.detail?.contains("no acknowledgement after block 0") == true)
    }

    @Test func aTransferThatTheClientEndsIsAborted() async throws {
        let record = try await transfer { port in
            try await Self.negotiate(port: port) { (_, reply) async throws in
                try await reply(.error(TFTPError(.optionNegotiation, "only the size was wanted")))
                throw CancellationError()
            }
        }
        #expect(record.ending == .aborted && record.bytes == 0)
        #expect(record.detail?.contains("only the size was wanted") == true)
    }

    @Test func aFileThatIsNotServedIsMissing() async throws {
        let record = try await transfer { port in
            _ = await #expect(throws: TFTPError.self) { try await TFTPTestClient(port: port).fetch("none") }
        }
        #expect(record.file == "none" && record.ending == .missing && record.bytes == 0)
        #expect(record.blockSize == nil)
    }

    @Test func nothingIsToldOfAClientWithoutAHardwareAddress() async throws {
        try await withTFTPService(virtualFiles(["file": [1, 2, 3]]), observer: observer) { (port) async throws in
            _ = try await TFTPTestClient(port: port).fetch("file")
        }
        observer.finish()
        var told = 0
        for await _ in observer.events { told += 1 }
        #expect(told == 0)
    }

    /// Asks for the file with large blocks and lets `answer` treat each packet, until the server says that it is over
    /// or `answer` throws.
    private static func negotiate(
        port: Int,
        _ answer: @Sendable (TFTPPacket, _ reply: (TFTPPacket) async throws -> Void) async throws -> Void
    ) async throws {
        try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
            let options = [TFTPOption("blksize", "1428"), TFTPOption("timeout", "1")]
            try await outbound.send(
                .readRequest(TFTPRequest(file: "file", options: options)),
                to: SocketAddress(ipAddress: "127.0.0.1", port: port))
            for try await envelope in inbound {
                let packet = try TFTPPacket(datagram: envelope.data)
                if case .error = packet { return }
                do {
                    try await answer(packet) { try await outbound.send($0, to: envelope.remoteAddress) }
                } catch is CancellationError {
                    return
                }
            }
        }
    }
}

/// Hands on what it is told, in order.
private final class TransferWatcher: BootObserving {
    let events: AsyncStream<BootEvent>
    private let continuation: AsyncStream<BootEvent>.Continuation

    init() { (events, continuation) = AsyncStream.makeStream(of: BootEvent.self) }

    func record(_ event: BootEvent) { continuation.yield(event) }

    func finish() { continuation.finish() }
}
