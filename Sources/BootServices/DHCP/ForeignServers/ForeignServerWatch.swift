package import BootTimeline
import DHCP
import LeasePolicy
package import LinuxSystem
package import Logging
import NIOCore
package import NetworkTypes
import ServiceLifecycle
import Synchronization

/// Finds other DHCP servers on one boot network: asks the network twice a minute, and is told what others say to
/// clients (`overhear`).
package final class ForeignServerWatch: Service {
    /// How often it is looked who came and who is gone.
    private static let tick = Duration.milliseconds(100)
    /// Between the first probe and the second.
    private static let firstPause = Duration.seconds(4)
    /// Answers that are looked at in one tick; more than a busy network brings.
    private static let batch = 256

    private struct State {
        var servers: ForeignServers
        /// How many more answers are looked at before the next tick.
        var room = ForeignServerWatch.batch

        mutating func takeRoom() -> Bool {
            guard room > 0 else { return false }
            room -= 1
            return true
        }
    }

    package let interface: DHCPInterface
    private let gate: ForeignServerGate
    private let rules: @Sendable (DHCPInterface) -> ForeignServerRules
    private let observer: any BootObserving
    private let period: Duration
    private let now: @Sendable () -> Int64
    private let open: @Sendable (DHCPInterface) throws -> PacketSocket
    private let logger: Logger
    private let probe = ForeignServerProbe()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - ownAddresses: every address that this server answers from.
    ///   - rules: what holds on the interface now; answers from memory.
    ///   - period: the longest time between two probes.
    ///   - now: milliseconds since 1970.
    ///   - open: opens what the probes are sent with; throws where there is no such interface or the privilege is
    ///     missing (CAP_NET_RAW).
    package init(
        interface: DHCPInterface, ownAddresses: Set<IPv4Address>, gate: ForeignServerGate,
        rules: @escaping @Sendable (DHCPInterface) -> ForeignServerRules,
        observer: any BootObserving, period: Duration = .seconds(30),
        now: @escaping @Sendable () -> Int64 = { systemMilliseconds() },
        open: @escaping @Sendable (DHCPInterface) throws -> PacketSocket = { interface in
            try PacketSocket(on: NetworkInterfaces().named(interface.name), type: .ipv4, receives: false)
        },
        logger: Logger
    ) {
        self.interface = interface
        self.gate = gate
        self.rules = rules
        self.observer = observer
        self.period = period
        self.now = now
        self.open = open
        self.logger = logger
        state = Mutex(State(servers: ForeignServers(ownAddresses: ownAddresses)))
    }

    /// The servers that are there.
    package var servers: [HeardServer] { state.withLock { $0.servers.servers } }

    /// Whether this server answers nobody on the interface, because another one gives addresses there.
    package var isSilent: Bool { gate.isClosed(on: interface.name) }

    /// Watches until it is told to stop. An interface that fails is opened anew every two seconds.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown { try await self.watch() }
    }

    private func watch() async throws {
        var socket: PacketSocket?
        // Whoever tells what is heard begins at the same time.
        var nextProbe = ContinuousClock.now.advanced(by: min(period, .seconds(1)))
        var isFailing = false
        while true {
            do {
                if ContinuousClock.now >= nextProbe, rules(interface).mode != .off {
                    let isFirst = socket == nil
                    let sender = try socket ?? open(interface)
                    socket = sender
                    try sender.send(probe.packet(), to: .broadcast)
                    // Whoever tells what is heard may have begun after the first. The jitter keeps several servers from
                    // asking at one time.
                    let pause = isFirst ? min(period, Self.firstPause) : period
                    nextProbe = ContinuousClock.now.advanced(by: pause * Double.random(in: 0.8...1))
                    isFailing = false
                }
            } catch {
                if !isFailing { logger.error("cannot look for other DHCP servers on \(interface.name): \(error)") }
                isFailing = true
                socket = nil
                nextProbe = ContinuousClock.now.advanced(by: .seconds(2))
            }
            review()
            try await Task.sleep(for: Self.tick)
            state.withLock { $0.room = Self.batch }
        }
    }

    /// Another machine sent something to DHCP clients: from the DHCP port (67) or the PXE boot server's (4011) it is an
    /// answer.
    /// - Parameter packet: an IPv4 packet without its link header. Its UDP checksum is not looked at: on a virtual link
    ///   the card that was to fill it in never ran.
    package func overhear(_ packet: [UInt8], from sender: MACAddress) {
        var buffer = ByteBuffer(bytes: packet)
        guard let frame = try? buffer.readUDPFrame(checksumIsPartial: true),
            frame.sourcePort == 67 || frame.sourcePort == 4011, state.withLock({ $0.takeRoom() }),
            let answer = ForeignAnswer(frame, from: sender, on: interface.name)
        else { return }
        hear(answer)
    }

    private func hear(_ answer: ForeignAnswer) {
        let now = now()
        let rules = rules(interface)
        let verdict = state.withLock { $0.servers.hear(answer, rules: rules, now: now) }
        guard case .foreign(let server, let isNew) = verdict else { return }
        if isNew { logger.warning("another DHCP server answers on \(interface.name): \(server)") }
        if answer.client != probe.mac {
            observer.record(
                BootEvent(at: now, mac: answer.client, occurrence: .foreignAnswer(answer.record, answer.server)))
        }
    }

    /// Forgets who is gone, and opens or closes the gate.
    private func review() {
        let now = now()
        let rules = rules(interface)
        let (gone, isSilent) = state.withLock { state in
            (state.servers.elapse(now: now), state.servers.silence(rules: rules, now: now))
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
