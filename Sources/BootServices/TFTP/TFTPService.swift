package import BootTimeline
package import Logging
import NIOCore
import NIOPosix
package import NetworkTypes
import ServiceLifecycle
import TFTP

/// A read-only TFTP server on some of the machine's addresses (RFC 1350, 2347, 2348, 2349, 7440).
///
/// Requests come in on the port; each transfer has a socket of its own, bound to the address that the request came to
/// and connected to the client, so that no other sender can take part in it.
package struct TFTPService: Service {
    private let addresses: [IPv4Address]
    private let port: Int
    private let files: any BootFileProviding
    private let limits: TFTPServiceLimits
    private let reporter: TransferReporter
    private let log: Logger
    private let bound: @Sendable (_ port: Int) -> Void

    /// - Parameters:
    ///   - addresses: this machine's addresses on the boot networks.
    ///   - port: the UDP port, 69 by custom; 0 takes any.
    ///   - observer: is told how each transfer ended.
    ///   - macOf: the MAC address of the client that has an address now; transfers of clients without one are not told.
    ///   - bound: is told the port of each address as soon as requests are taken there.
    package init(
        addresses: [IPv4Address], port: Int, files: any BootFileProviding, limits: TFTPServiceLimits = .init(),
        observer: any BootObserving = NoBootObserver(),
        macOf: @escaping @Sendable (IPv4Address) async -> MACAddress? = { _ in nil }, log: Logger,
        bound: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.addresses = addresses
        self.port = port
        self.bound = bound
        self.files = files
        self.limits = limits
        self.log = log
        reporter = TransferReporter(observer: observer, macOf: macOf)
    }

    package func run() async throws {
        let loop = try TransferLoop()
        let responder = TFTPResponder(files: files, limits: limits, reporter: reporter, loop: loop, log: log)
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await carry(loop, on: thread) }
                    for address in addresses {
                        group.addTask { try await listen(on: address, responder) }
                    }
                    // The first that fails ends all.
                    while try await group.next() != nil {}
                }
            }
        } catch is CancellationError {
            // Told to stop: a failure would cancel the services that are to end behind this one.
        } catch {
            try? await thread.shutdownGracefully()
            throw error
        }
        try await thread.shutdownGracefully()
    }

    /// Returns when the task is cancelled.
    private func carry(_ loop: TransferLoop, on thread: NIOThreadPool) async throws {
        try await withTaskCancellationHandler {
            try await thread.runIfActive { loop.run() }
        } onCancel: {
            loop.stop()
        }
    }

    private func listen(on address: IPv4Address, _ responder: TFTPResponder) async throws {
        let channel: NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>
        do {
            channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(to: SocketAddress(ipAddress: "\(address)", port: port)) { [log] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ReadErrorLogger(log: log))
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw TFTPServiceError("cannot take TFTP requests on \(address), UDP port \(port): \(error)")
        }
        if let port = channel.channel.localAddress?.port { bound(port) }
        try await channel.executeThenClose { requests, _ in
            try await withThrowingDiscardingTaskGroup { transfers in
                for try await envelope in requests {
                    guard let request = responder.admit(envelope) else { continue }
                    transfers.addTask { await responder.respond(to: request, from: address) }
                }
                transfers.cancelAll()
            }
        }
    }
}
