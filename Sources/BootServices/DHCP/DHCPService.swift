package import BootPolicy
package import BootTimeline
import Glibc
package import LeasePolicy
import LinuxSystem
package import Logging
import NIOCore
import NIOPosix
package import NetworkTypes
import ServiceLifecycle

/// The DHCPv4 server (RFC 2131, RFC 2132) and boot server (PXE 2.1) on one or several interfaces.
package struct DHCPService: Service {
    private let interfaces: [DHCPInterface]
    private let ports: ServedPorts
    private let bootFiles: any BootFileChoosing
    private let patience: Duration
    private let openLink: @Sendable (DHCPInterface, ServedPorts) throws -> DHCPLink
    private let observer: any BootObserving
    private let gate: ForeignServerGate
    private let placed: @Sendable (MACAddress, Placement) -> Void
    private let clock: @Sendable () -> Int64
    private let store: any LeaseStore
    private let logger: Logger
    let desk: LeaseDesk
    let committer: LeaseCommitter

    /// - Parameters:
    ///   - ports: what to open; `bootServerOnly` where another DHCP server runs on this machine.
    ///   - placements: tells from what relay agents add where a host stands.
    ///   - probe: how long ARP probes wait before an address's first use; nil turns them off.
    ///   - placed: told where a host stands that begins to boot behind a relay agent; must return at once.
    ///   - gate: says on which interfaces nothing is answered for now, because of another server.
    ///   - observer: told of every message of a client and what came of it.
    ///   - now: seconds since 1970.
    ///   - clock: milliseconds since 1970, for the observer.
    ///   - open: opens the sockets of an interface.
    package init(
        interfaces: [DHCPInterface], ports: ServedPorts = .both, plans: [SubnetPlan],
        placements: PlacementRules = PlacementRules(), store: any LeaseStore, bootFiles: any BootFileChoosing,
        probe: Duration?, limits: LeaseLimits = LeaseLimits(),
        placed: @escaping @Sendable (MACAddress, Placement) -> Void = { _, _ in },
        gate: ForeignServerGate = ForeignServerGate(), observer: any BootObserving = NoBootObserver(),
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        clock: @escaping @Sendable () -> Int64 = { systemMilliseconds() },
        open: @escaping @Sendable (DHCPInterface, ServedPorts) throws -> DHCPLink = {
            try DHCPLink.open($0, ports: $1)
        },
        logger: Logger
    ) {
        self.interfaces = interfaces
        self.ports = ports
        self.store = store
        self.bootFiles = bootFiles
        self.placed = placed
        self.observer = observer
        self.gate = gate
        self.clock = clock
        patience = probe ?? .zero
        openLink = open
        self.logger = logger
        var limits = limits
        limits.probes = limits.probes && probe != nil
        desk = LeaseDesk(
            DeskState(
                plans: plans, placements: placements, serverAddresses: Set(interfaces.map(\.address)),
                limits: limits, now: now))
        committer = LeaseCommitter(store: store, desk: desk, logger: logger)
    }

    /// What the server did since it started.
    package var statistics: DHCPStatistics { get async { desk.statistics } }

    /// Every address that is leased, offered, reserved or set aside.
    package var leases: [LeaseEntry] { get async { desk.entries } }

    /// Serves until it is told to stop. Throws where the leases cannot be read or an interface cannot be opened at the
    /// start; an interface that fails later is opened anew.
    package func run() async throws {
        desk.restore(try await store.leases())
        let links = try openAll()
        let writer = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: EventLoopExecutor(writer.next())) { await committer.run() }
                for link in links { group.addTask { await serve(link) } }
            }
        }
        try? await writer.shutdownGracefully()
    }

    private func openAll() throws -> [DHCPLink] {
        var links: [DHCPLink] = []
        do {
            for interface in interfaces { links.append(try openLink(interface, ports)) }
        } catch {
            for link in links { link.close() }
            throw error
        }
        return links
    }

    /// Serves one link; when a socket of it fails, the interface is opened anew every two seconds.
    private func serve(_ first: DHCPLink) async {
        var next: DHCPLink? = first
        while !Task.isCancelled {
            do {
                let link = try next ?? openLink(first.interface, ports)
                next = nil
                try await receive(on: link)
            } catch is CancellationError {
                return
            } catch {
                logger.error("DHCP on \(first.interface.name) failed and is tried again: \(error)")
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    /// Serves all sockets of a link until one of them fails or the task is cancelled, and closes them.
    private func receive(on link: DHCPLink) async throws {
        defer { link.close() }
        let recorder = BootRecorder(observer: observer, interface: link.interface, clock: clock)
        let responders = link.sockets.map { socket in
            DHCPResponder(
                port: socket.port, desk: desk, committer: committer, bootFiles: bootFiles,
                sender: ReplySender(socket: socket.udp, link: link), recorder: recorder, gate: gate,
                patience: patience, placed: placed, logger: logger)
        }
        let loop = try LinkLoop(sockets: link.sockets.map(\.udp), responders: responders, desk: desk)
        let ports = link.sockets.map { "\($0.port.rawValue)" }.joined(separator: ", ")
        logger.info("DHCP listens on \(link.interface.name) (\(link.interface.address), port \(ports))")
        let (probes, wanted) = AsyncStream.makeStream(of: LinkLoop.Probe.self)
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let outcome = await withDiscardingTaskGroup(returning: Result<Void, any Error>.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    // The lease table bounds how many probes run at one time.
                    for await probe in probes {
                        group.addTask { await probe.responder.probe(probe.address, for: probe.client) }
                    }
                }
            }
            let outcome = await Self.run(loop, on: thread) { wanted.yield($0) }
            wanted.finish()
            return outcome
        }
        try? await thread.shutdownGracefully()
        try outcome.get()
    }

    private static func run(
        _ loop: LinkLoop, on thread: NIOThreadPool, probe: @escaping @Sendable (LinkLoop.Probe) -> Void
    ) async -> Result<Void, any Error> {
        do {
            try await withTaskCancellationHandler {
                try await thread.runIfActive { try loop.run(probe: probe) }
            } onCancel: {
                loop.stop()
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
