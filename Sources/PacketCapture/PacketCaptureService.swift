package import Logging
import NIOPosix
package import NetworkTypes
import ServiceLifecycle

/// Captures the packets of hosts on one interface, on a thread of its own. A capture that cannot be opened or fails is
/// tried again and again: hosts boot without it.
package struct PacketCaptureService: Service {
    private let rings: PacketRings
    private let follows: @Sendable (MACAddress) -> Bool
    private let open: @Sendable () throws -> PacketSource
    private let log: Logger

    private static let pause = Duration.seconds(10)

    /// - Parameters:
    ///   - follows: whether a MAC address is a host's: thousands of other machines may speak on the same network.
    ///   - open: opens the capture.
    package init(
        rings: PacketRings, follows: @escaping @Sendable (MACAddress) -> Bool, log: Logger,
        open: @escaping @Sendable () throws -> PacketSource
    ) {
        self.rings = rings
        self.follows = follows
        self.open = open
        self.log = log
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await capture(open())
                } catch is CancellationError {
                    return
                } catch {
                    log.warning("\(error); it is tried again in \(Self.pause)")
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Returns when the task is cancelled.
    private func capture(_ source: PacketSource) async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        do {
            try await withTaskCancellationHandler {
                try await thread.runIfActive { try read(source) }
            } onCancel: {
                source.stop()
            }
        } catch {
            try? await thread.shutdownGracefully()
            throw error
        }
        try? await thread.shutdownGracefully()
    }

    private func read(_ source: PacketSource) throws {
        while !source.isStopped {
            if let (host, packet) = try source.next(follows: follows) { rings.record(packet, of: host) }
        }
    }
}
