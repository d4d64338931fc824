import NIOCore
import NIOPosix
import TFTP

/// A TFTP client that can misbehave: it loses packets and repeats acknowledgements as told.
struct TFTPTestClient: Sendable {
    typealias Socket = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

    var port: Int
    var options: [TFTPOption] = []
    var mode = TFTPMode.octet
    /// Whether the packet with this running number (from 0) is lost on its way to the client.
    var losesPacket: @Sendable (Int) -> Bool = { _ in false }
    /// Whether the acknowledgement with this running number is lost on its way to the server.
    var losesAcknowledgement: @Sendable (Int) -> Bool = { _ in false }
    /// How often each acknowledgement is sent.
    var copies = 1

    /// What a fetch brought.
    struct Fetched: Sendable {
        var bytes: [UInt8] = []
        var acknowledged: [TFTPOption] = []
        /// DATA packets that came, lost and repeated ones included.
        var dataPackets = 0
    }

    func fetch(_ file: String) async throws -> Fetched {
        try await Self.open().executeThenClose { (inbound, outbound) async throws in
            let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
            try await outbound.send(
                .readRequest(TFTPRequest(file: file, mode: mode, options: options)), to: server)
            var session = Session(client: self, transferID: nil)
            for try await envelope in inbound {
                for reply in try session.received(envelope) {
                    try await outbound.send(reply, to: envelope.remoteAddress)
                }
                if session.isComplete { break }
            }
            return session.fetched
        }
    }

    static func open() async throws -> Socket {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65536))
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }
}

extension NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>> {
    func send(_ packet: TFTPPacket, to address: SocketAddress) async throws {
        var buffer = ByteBuffer()
        packet.write(into: &buffer)
        try await write(AddressedEnvelope(remoteAddress: address, data: buffer))
    }
}

/// The receiving side of one transfer (RFC 1350, RFC 7440).
private struct Session {
    let client: TFTPTestClient
    var transferID: Int?
    var fetched = TFTPTestClient.Fetched()
    var isComplete = false
    var blockSize = 512
    var windowSize = 1
    var packets = 0
    var acknowledgements = 0
    var lastBlock = 0
    var inWindow = 0

    mutating func received(_ envelope: AddressedEnvelope<ByteBuffer>) throws -> [TFTPPacket] {
        if transferID == nil { transferID = envelope.remoteAddress.port }
        guard transferID == envelope.remoteAddress.port else {
            throw TFTPError(.unknownTransferID, "a second transfer answered")
        }
        let packet = try TFTPPacket(datagram: envelope.data)
        if case .data = packet { fetched.dataPackets += 1 }
        defer { packets += 1 }
        if client.losesPacket(packets) { return [] }
        switch packet {
        case .optionAcknowledgement(let options):
            fetched.acknowledged = options
            blockSize = options.first { $0.name == "blksize" }.flatMap { Int($0.value) } ?? 512
            windowSize = options.first { $0.name == "windowsize" }.flatMap { Int($0.value) } ?? 1
            return acknowledge()
        case .data(let block, let payload): return receivedData(block, payload)
        case .error(let error): throw error
        default: throw TFTPError(.illegalOperation, "the server sent \(packet)")
        }
    }

    private mutating func receivedData(_ block: UInt16, _ payload: ByteBuffer) -> [TFTPPacket] {
        guard block == TFTPTransfer.wireNumber(lastBlock + 1) else {
            inWindow = 0
            return acknowledge()
        }
        lastBlock += 1
        inWindow += 1
        fetched.bytes += payload.readableBytesView
        isComplete = payload.readableBytes < blockSize
        guard isComplete || inWindow == windowSize else { return [] }
        inWindow = 0
        return acknowledge()
    }

    private mutating func acknowledge() -> [TFTPPacket] {
        defer { acknowledgements += 1 }
        if client.losesAcknowledgement(acknowledgements), !isComplete { return [] }
        return Array(
            repeating: .acknowledgement(block: TFTPTransfer.wireNumber(lastBlock)), count: client.copies)
    }
}
