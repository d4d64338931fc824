package import BootTimeline
import LeasePolicy
package import Logging
package import NetworkTypes
import ServiceLifecycle
import Synchronization

/// Finds other DHCP servers on one boot network: asks the network twice a minute, and hears what it says to clients.
package final class ForeignServerWatch: Service {
    /// How often the socket is read.
    private static let tick = Duration.milliseconds(100)
    /// Packets that one look at the socket takes; more than a busy network brings in one tick.
    private static let batch = 256

    package let interface: DHCPInterface
    private let gate: ForeignServerGate
    private let rules: @Sendable (DHCPInterface) -> ForeignServerRules
    private let observer: any BootObserving
    private let period: Duration
    private let now: @Sendable () -> Int64
    private let openLink: @Sendable (DHCPInterface) throws -> ForeignServerLink
    private let logger: Logger
    private let state: Mutex<ForeignServers>

    /// - Parameters:
    ///   - ownAddresses: every address that this server answers from.
    ///   - rules: what holds on the interface now; answers from memory.
    ///   - period: the longest time between two probes.
    ///   - now: milliseconds since 1970.
    ///   - open: opens the socket of an interface.
    package init(
        interface: DHCPInterface, ownAddresses: Set<IPv4Address>, gate: ForeignServerGate,
        rules: @escaping @Sendable (DHCPInterface) -> ForeignServerRules,
        observer: any BootObserving, period: Duration = .seconds(30),
        now: @escaping @Sendable () -> Int64 = { systemMilliseconds() },
        open: @escaping @Sendable (DHCPInterface) throws -> ForeignServerLink = { try ForeignServerLink.open($0) },
        logger: Logger
    ) {
        self.interface = interface
        self.gate = gate
        self.rules = rules
        self.observer = observer
        self.period = period
        self.now = now
        openLink = open
        self.logger = logger
        state = Mutex(ForeignServers(ownAddresses: ownAddresses))
    }

    /// The servers that are there.
    package var servers: [HeardServer] { state.withLock { $0.servers } }

    /// Whether this server answers nobody on the interface, because another one gives addresses there.
    package var isSilent: Bool { gate.isClosed(on: interface.name) }

    /// Watches until it is told to stop. An interface that fails is opened anew every two seconds.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown { try await self.watch() }
    }

    private func watch() async throws {
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<5).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        guard let probe = ForeignServerProbe(random: octets) else { return }
        var link: ForeignServerLink?
        var nextProbe = ContinuousClock.now
        var isFailing = false
        while true {
            do {
                let open = try link ?? openLink(interface)
                link = open
                for answer in try open.answers(limit: Self.batch) { hear(answer, isProbe: answer.client == probe.mac) }
                if ContinuousClock.now >= nextProbe, rules(interface).mode != .off {
                    try open.broadcast(probe.discover(transactionID: .random(in: .min ... .max, using: &generator)))
                    // The jitter keeps several servers from asking at one time.
                    let share = Double.random(in: 0.8...1, using: &generator)
                    nextProbe = ContinuousClock.now.advanced(by: period * share)
                    isFailing = false
                }
            } catch {
                if !isFailing { logger.error("cannot look for other DHCP servers on \(interface.name): \(error)") }
                isFailing = true
                link = nil
            }
            review()
            let pause = link == nil ? Duration.seconds(2) : Self.tick
            try await Task.sleep(for: pause)
        }
    }

    private func hear(_ answer: ForeignAnswer, isProbe: Bool) {
        let now = now()
        let rules = rules(interface)
        let verdict = state.withLock { $0.hear(answer, rules: rules, now: now) }
        guard case .foreign(let server, let isNew) = verdict else { return }
        if isNew { logger.warning("another DHCP server answers on \(interface.name): \(server)") }
        if !isProbe {
            observer.record(
                BootEvent(at: now, mac: answer.client, occurrence: .foreignAnswer(answer.record, answer.server)))
        }
    }

    /// Forgets who is gone, and opens or closes the gate.
    private func review() {
        let now = now()
        let rules = rules(interface)
        let (gone, isSilent) = state.withLock { state in
            (state.elapse(now: now), state.silence(rules: rules, now: now))
        }
        for server in gone { logger.notice("no longer heard on \(interface.name): the DHCP server \(server)") }
        guard gate.set(closed: isSilent, on: interface.name) else { return }
        if isSilent {
            logger.error("no answers on \(interface.name) while another DHCP server gives addresses there")
        } else {
            logger.notice("answers on \(interface.name) again")
        }
    }
}
