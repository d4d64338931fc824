package import BootPolicy
import Glibc
package import LeasePolicy
package import Logging
import NIOCore
import NIOPosix
import NetworkTypes
import ServiceLifecycle

/// The DHCPv4 server (RFC 2131, RFC 2132) on one or several interfaces.
package struct DHCPService: Service {
    private let interfaces: [DHCPInterface]
    private let store: any LeaseStore
    private let bootFiles: any BootFileChoosing
    private let patience: Duration
    private let openLink: @Sendable (DHCPInterface) throws -> DHCPLink
    private let logger: Logger
    private let desk: LeaseDesk

    /// - Parameters:
    ///   - probe: how long ARP probes wait before an address's first use; nil turns them off.
    ///   - now: seconds since 1970.
    ///   - open: opens the sockets of an interface.
    package init(
        interfaces: [DHCPInterface], plans: [SubnetPlan], store: any LeaseStore, bootFiles: any BootFileChoosing,
        probe: Duration?, limits: LeaseLimits = LeaseLimits(),
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        open: @escaping @Sendable (DHCPInterface) throws -> DHCPLink = { try DHCPLink.open($0) }, logger: Logger
    ) {
        self.interfaces = interfaces
        self.store = store
        self.bootFiles = bootFiles
        patience = probe ?? .zero
        openLink = open
        self.logger = logger
        var limits = limits
        limits.probes = limits.probes && probe != nil
        desk = LeaseDesk(
            plans: plans, serverAddresses: Set(interfaces.map(\.address)), limits: limits, now: now)
    }

    /// What the server did since it started.
    package var statistics: DHCPStatistics {
        get async { await desk.statistics }
    }

    /// Every address that is leased, offered, reserved or set aside.
    package var leases: [LeaseEntry] {
        get async { await desk.entries }
    }

    /// Serves until it is told to stop. Throws where the leases cannot be read or an interface cannot be opened at the
    /// start; an interface that fails later is opened anew.
    package func run() async throws {
        await desk.restore(try await store.leases())
        let links = try openAll()
        let committer = LeaseCommitter(store: store, desk: desk, logger: logger)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await committer.run() }
                for link in links { group.addTask { await serve(link, committer) } }
            }
        }
    }

    private func openAll() throws -> [DHCPLink] {
        var links: [DHCPLink] = []
        do {
            for interface in interfaces { links.append(try openLink(interface)) }
        } catch {
            for link in links { close(link.descriptor) }
            throw error
        }
        return links
    }

    /// Serves one link; when its socket fails, the interface is opened anew every two seconds.
    private func serve(_ first: DHCPLink, _ committer: LeaseCommitter) async {
        var next: DHCPLink? = first
        while !Task.isCancelled {
            do {
                let link = try next ?? openLink(first.interface)
                next = nil
                try await receive(on: link, committer)
            } catch is CancellationError {
                return
            } catch {
                logger.error("DHCP on \(first.interface.name) failed and is tried again: \(error)")
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    private func receive(on link: DHCPLink, _ committer: LeaseCommitter) async throws {
        let channel = try await open(link.descriptor)
        let responder = DHCPResponder(
            desk: desk, committer: committer, bootFiles: bootFiles,
            sender: ReplySender(channel: channel.channel, link: link), patience: patience, logger: logger)
        logger.info("DHCP listens on \(link.interface.name) (\(link.interface.address))")
        try await channel.executeThenClose { inbound, _ in
            try await withThrowingDiscardingTaskGroup { probes in
                for try await envelope in inbound {
                    guard let client = await responder.decode(envelope.data) else { continue }
                    let action = await responder.decide(client)
                    if case .probe = action {
                        // The lease table bounds how many probes run at one time.
                        probes.addTask { await responder.perform(action, for: client) }
                    } else {
                        await responder.perform(action, for: client)
                    }
                }
            }
        }
    }

    /// NIO's `withBoundSocket(_:channelInitializer:)` fails for every datagram socket with `operationUnsupported` (it calls
    /// a default implementation), so the channel is made the older way, and reads nothing until its handlers are there.
    private func open(
        _ descriptor: CInt
    ) async throws -> NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>> {
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: false).withBoundSocket(descriptor).get()
        let wrapped = try await channel.eventLoop.submit {
            try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                wrappingChannelSynchronously: channel)
        }.get()
        try await channel.setOption(.autoRead, value: true).get()
        return wrapped
    }
}
