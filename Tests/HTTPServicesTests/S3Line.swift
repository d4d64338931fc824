import NIOCore
import NIOPosix
import Synchronization

/// The line to an object storage: it notes which parts of uploads are sent, and stands still before one of them.
final class S3Line: Sendable {
    private struct State {
        var parts: [Int] = []
        var stop: Int?
        var isHeld = false
    }

    let url: String
    private let port: Int
    private let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let state = Mutex(State())
    private let arrived = AsyncStream.makeStream(of: Void.self)
    private let released = AsyncStream.makeStream(of: Never.self)

    /// A line to a port of this machine that stands still before this part.
    init(toPort port: Int, stoppingBefore part: Int) async throws {
        self.port = port
        state.withLock { $0.stop = part }
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
        url = "http://127.0.0.1:\(server.channel.localAddress?.port ?? 0)"
    }

    /// The numbers of the parts that were sent, or begun, in their order.
    var parts: [Int] { state.withLock { $0.parts } }

    /// Returns when the part is to be sent that the line stands still before.
    func waitUntilStopped() async { for await _ in arrived.stream { return } }

    /// Lets new connections wait for the release.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets everything pass from now on.
    func release() {
        state.withLock { state in
            state.stop = nil
            state.isHeld = false
        }
        released.continuation.finish()
    }

    /// Carries bytes for as long as `body` runs.
    func carry(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                try await withThrowingDiscardingTaskGroup { clients in
                    try await server.executeThenClose { connections in
                        for try await client in connections { clients.addTask { try? await self.join(client) } }
                    }
                }
            }
            try await body()
            group.cancelAll()
        }
    }

    private func join(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await client.executeThenClose { fromClient, toClient in
            while state.withLock({ $0.isHeld }) { try await Task.sleep(for: .milliseconds(10)) }
            let service = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await service.executeThenClose { fromService, toService in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await bytes in fromClient {
                            await self.note(bytes)
                            try await toService.write(bytes)
                        }
                    }
                    group.addTask { for try await bytes in fromService { try await toClient.write(bytes) } }
                    // Where one end is gone, the other goes, too.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }

    /// The head of a request comes in one piece.
    private func note(_ bytes: ByteBuffer) async {
        let head = String(decoding: bytes.readableBytesView.prefix(1024), as: UTF8.self)
        guard head.hasPrefix("PUT "), let match = head.firstMatch(of: /partNumber=(\d+)/),
            let part = Int(match.output.1)
        else { return }
        let isStop = state.withLock { state in
            state.parts.append(part)
            return state.stop == part
        }
        guard isStop else { return }
        arrived.continuation.yield()
        for await _ in released.stream {}
    }
}
