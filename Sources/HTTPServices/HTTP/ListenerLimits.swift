package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
package import ServiceLifecycle

/// What one HTTP listener bears from its clients, and the listener that keeps to it.
package struct ListenerLimits: Sendable {
    /// Connections at once; further ones wait until one ends.
    package var connections: Int
    /// Connections at once from one address; further ones are closed.
    package var connectionsPerAddress: Int
    /// The longest time without a whole head, or a part of a body, while a request is awaited or read. Clients that
    /// keep connections give them up after a minute, so it is longer.
    package var idle: TimeAmount
    /// The longest time in which a client may take so little of an answer that nothing more can be written.
    package var stall: TimeAmount
    /// How much of an answer waits here and in the kernel before it is sent, in bytes each, so that one on a slow line can still
    /// be ended; nil: as much as makes it quick.
    package var unsent: Int?

    package init(
        connections: Int = 32768, connectionsPerAddress: Int = 256, idle: TimeAmount = .seconds(90),
        stall: TimeAmount = .seconds(60), unsent: Int? = nil
    ) {
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.idle = idle
        self.stall = stall
        self.unsent = unsent
    }

    /// Serves `router` on one address.
    /// - Parameters:
    ///   - port: the TCP port; 0 takes any.
    ///   - ready: answers that need no route, and would be the router's own.
    ///   - bound: is told the port as soon as connections are taken there.
    package func application(
        _ router: Router<IngotContext>, ready: ReadyAnswers? = nil, address: String, port: Int, log: Logger,
        bound: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) -> any Service {
        let perAddress = ConnectionsByAddress(limit: connectionsPerAddress)
        let (stall, unsent) = (stall, unsent)
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionLimiter(perAddress), StalledAnswerHandler(limit: stall), UnsentLimiter(unsent),
                HeadWithBodyHandler(),
            ],
            idleTimeout: idle)
        return Application(
            router: router,
            server: HTTPServerBuilder {
                var bound = EventLoopBound(base: HTTP1Channel(responder: $0, configuration: channel), ready: ready)
                if let unsent { bound.highWater = unsent }
                return bound
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { bound(port) }
            },
            logger: log)
    }
}
