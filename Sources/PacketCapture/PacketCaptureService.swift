package import Logging
import NIOPosix
package import NetworkTypes
import ServiceLifecycle

/// Captures the packets of hosts on one interface, on a thread of its own, and tells what other machines say to DHCP
/// clients there: a second socket for that would cost every packet of the server. A capture that cannot be opened or
/// fails is tried again and again: hosts boot without it.
package struct PacketCaptureService: Service {
    private let rings: PacketRings
    private let follows: @Sendable (MACAddress) -> Bool
    private let heard: @Sendable ([UInt8], MACAddress) -> Void
    private let open: @Sendable () throws -> PacketSource
    private let log: Logger

    private static let pause = Duration.seconds(2)
    /// After a capture of this length a failure is a new one.
    private static let longCapture = Duration.seconds(60)

    /// - Parameters:
    ///   - follows: whether a MAC address is a host's: thousands of other machines may speak on the same network.
    ///   - heard: is told of every packet of another machine to DHCP clients, on the capture's thread: the IPv4 packet
    ///     without its link header, and the sender's hardware address.
    ///   - open: opens the capture.
    package init(
        rings: PacketRings, follows: @escaping @Sendable (MACAddress) -> Bool,
        heard: @escaping @Sendable ([UInt8], MACAddress) -> Void, log: Logger,
        open: @escaping @Sendable () throws -> PacketSource
    ) {
        self.rings = rings
        self.follows = follows
        self.heard = heard
        self.open = open
        self.log = log
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var said: String?
            while !Task.isCancelled {
                let begun = ContinuousClock.now
                do {
                    try await capture(open())
                } catch is CancellationError {
                    return
                } catch {
                    if ContinuousClock.now - begun > Self.longCapture { said = nil }
                    if said != "\(error)" {
                        log.warning(
                            """
                            \(error); until it works, no packets are kept and no other DHCP server is noticed there; \
                            it is tried again every \(Self.pause)
                            """)
                    }
                    said = "\(error)"
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
            if let (host, packet) = try source.next(follows: follows, heard: heard) { rings.record(packet, of: host) }
        }
    }
}
