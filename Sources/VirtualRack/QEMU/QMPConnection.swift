import NIOCore
import NIOPosix

/// A conversation with QEMU's monitor (QEMU Machine Protocol). QEMU talks with one client at a time; the next one waits.
package struct QMPConnection: ~Copyable {
    private typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>

    private var messages: Inbound.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    private init(messages: Inbound.AsyncIterator, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.messages = messages
        self.outbound = outbound
    }

    /// Connects to the monitor's socket, negotiates, runs `body` and hangs up.
    package static func with<T: Sendable>(
        socket: String, _ body: @Sendable (inout QMPConnection) async throws -> T
    ) async throws -> T {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: socket) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ByteToMessageHandler(LineDecoder(), maximumBufferSize: 16 << 20))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = QMPConnection(messages: inbound.makeAsyncIterator(), outbound: outbound)
            _ = try await connection.execute(QMPCommand("qmp_capabilities"))
            return try await body(&connection)
        }
    }

    /// Runs one command and returns its result. Throws what QEMU answers if it refuses.
    @discardableResult
    package mutating func execute(_ command: QMPCommand) async throws -> JSONValue {
        try await outbound.write(ByteBuffer(bytes: try command.line()))
        while let line = try await messages.next() {
            switch try QMPMessage(line: line.readableBytesView) {
            case .success(let result): return result
            case .failure(let kind, let description):
                throw RackError("QEMU refuses \(command.execute): \(description) (\(kind))")
            case .greeting, .event: continue
            }
        }
        throw RackError("QEMU hung up before it answered \(command.execute)")
    }
}
