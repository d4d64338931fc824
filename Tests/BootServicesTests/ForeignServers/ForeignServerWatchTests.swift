import BootServices
import BootTimeline
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NIOCore
import NetworkTestSupport
import NetworkTypes
import PacketCapture
import Synchronization
import Testing

/// The watch on a real interface: what it asks, hears and tells.
@Suite(.timeLimit(.minutes(2)))
struct ForeignServerWatchTests {
    @Test("T9: another server that gives addresses is found with its MAC, and nobody is answered till it is gone")
    func findsAServerThatGivesAddressesAndFallsSilentUntilItIsGone() async throws {
        try await Bench.run(mode: .authoritative, policy: .refuse) { bench in
            let rogue = try DnsmasqProcess.rogue(
                in: bench.network, "--dhcp-range=10.77.0.100,10.77.0.120,255.255.255.0,2m", "--dhcp-boot=rogue.efi")
            defer { rogue.stop() }
            try await bench.wait { bench.watch.isSilent }
            let server = try #require(bench.watch.servers.first)
            #expect(server.address == ForeignAnswers.server && server.mac != nil && server.lastAddress != nil)
            #expect(server.bootFile == "rogue.efi" && !server.isProxy)
            #expect(bench.events.isEmpty, "an answer to the probe is no host's")
            rogue.stop()
            try await bench.wait {
                bench.clock.advance(by: ForeignServers.memory)
                return bench.watch.servers.isEmpty && !bench.watch.isSilent
            }
        }
    }

    @Test("T9: a second proxy is found, and clients are answered all the same")
    func findsASecondProxyAndGoesOnAnswering() async throws {
        try await Bench.run(mode: .proxy, policy: .refuse) { bench in
            let rogue = try DnsmasqProcess.rogue(
                in: bench.network, "--dhcp-range=10.77.0.0,proxy", "--pxe-service=7,rogue,rogue.efi")
            defer { rogue.stop() }
            try await bench.wait { !bench.watch.servers.isEmpty }
            let server = try #require(bench.watch.servers.first)
            #expect(server.address == ForeignAnswers.server && server.isProxy && server.lastAddress == nil)
            #expect(!bench.watch.isSilent)
        }
    }

    @Test func tellsTheTimelineOfAClientWhoElseAnsweredIt() async throws {
        try await Bench.run(mode: .authoritative, policy: .warn) { bench in
            let address = IPv4Address(10, 77, 0, 100)
            // Nobody tells when the capture has begun.
            try await bench.wait {
                try bench.send(ForeignAnswers.message(.ack, address: address))
                return !bench.events.isEmpty
            }
            let event = try #require(bench.events.first)
            #expect(event.mac == ForeignAnswers.client && event.at == bench.clock.value)
            guard case .foreignAnswer(let record, let server) = event.occurrence else {
                Issue.record("\(event.occurrence)")
                return
            }
            #expect(record.type == "ACK" && record.address == address)
            #expect(server.address == ForeignAnswers.server && server.mac == bench.client.mac)
            #expect(bench.watch.servers.map(\.address) == [ForeignAnswers.server])
            #expect(!bench.watch.isSilent, "the policy is to warn")
        }
    }

    /// The probe as the other side sees it: a DISCOVER of a locally administered address, and never a REQUEST.
    @Test func asksAsAClientThatIsNoHost() async throws {
        try await Bench.run(mode: .authoritative, policy: .warn) { bench in
            var heard: [Message] = []
            try await bench.wait {
                heard += try bench.messages()
                return !heard.isEmpty
            }
            let message = try #require(heard.first)
            let mac = try #require(message.macAddress)
            let vendorClass: String? = try message.options.value(KnownOptions.vendorClass)
            #expect(message.wantsBroadcast && mac.octets.0 == 0x02 && vendorClass?.hasPrefix("PXEClient") == true)
            var offer = ForeignAnswers.message(.offer, address: IPv4Address(10, 77, 0, 100))
            offer.hardwareAddress = mac.bytes
            offer.transactionID = message.transactionID
            try await bench.wait {
                try bench.send(offer)
                return !bench.watch.servers.isEmpty
            }
            // The probes after the offer.
            let before = heard.count
            try await bench.wait {
                heard += try bench.messages()
                return heard.count > before + 1
            }
            for message in heard {
                #expect(try message.type == .discover && message.macAddress == mac)
            }
            #expect(bench.events.isEmpty)
        }
    }
}

/// A watch on the server's side of a test network, and a client's side that plays another server.
private struct Bench {
    let network: TestNetwork
    let watch: ForeignServerWatch
    /// What the watch hears through.
    let capture: PacketCaptureService
    let clock: Milliseconds
    let client: NetworkInterface
    private let recorder: Recorder
    /// What comes to the DHCP port on the client's side.
    private let receiver: PacketSocket
    private let sender: PacketSocket

    var events: [BootEvent] { recorder.events.withLock { $0 } }

    static func run(
        mode: SubnetMode, policy: ForeignServerPolicy, _ body: (Bench) async throws -> Void
    ) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let bench = try Bench(in: network, ForeignServerRules(mode: mode, policy: policy))
        try await withThrowingTaskGroup { group in
            group.addTask { try await bench.watch.run() }
            group.addTask { try await bench.capture.run() }
            try await body(bench)
            group.cancelAll()
        }
    }

    private init(in network: TestNetwork, _ rules: ForeignServerRules) throws {
        self.network = network
        (client, receiver, sender) = try network.inside(.client) {
            let wire = try NetworkInterfaces().named(TestNetwork.interface)
            return (
                wire, try PacketSocket(on: wire, type: .ipv4, udpPort: 67),
                try PacketSocket(on: wire, type: .ipv4, receives: false)
            )
        }
        let clock = Milliseconds()
        let recorder = Recorder()
        self.clock = clock
        self.recorder = recorder
        var logger = Logger(label: "watch")
        logger.logLevel = .critical
        let own = IPv4Address(10, 77, 0, 1)
        watch = ForeignServerWatch(
            interface: DHCPInterface(name: TestNetwork.interface, address: own), ownAddresses: [own],
            gate: ForeignServerGate(), rules: { _ in rules }, observer: recorder, period: .milliseconds(300),
            now: { clock.value },
            open: { interface in
                try network.inside(.server) {
                    try PacketSocket(on: NetworkInterfaces().named(interface.name), type: .ipv4, receives: false)
                }
            },
            logger: logger)
        capture = PacketCaptureService(
            rings: PacketRings(), follows: { _ in false }, heard: { [watch] in watch.overhear($0, from: $1) },
            log: logger
        ) {
            try network.inside(.server) { try PacketSource.open(interface: TestNetwork.interface, httpPort: 8080) }
        }
    }

    /// What clients said since the last call.
    func messages() throws -> [Message] {
        var messages: [Message] = []
        while let packet = try receiver.receive() {
            var buffer = ByteBuffer(bytes: packet.bytes)
            var payload = try buffer.readUDPFrame(checksumIsPartial: true).payload
            messages.append(try payload.readDHCPMessage())
        }
        return messages
    }

    /// Broadcasts a message of the other server.
    func send(_ message: Message) throws {
        var packet = ByteBuffer()
        try packet.writeUDPFrame(ForeignAnswers.frame(message))
        try sender.send(Array(packet.readableBytesView), to: .broadcast)
    }

    /// Waits until `isTrue`; records an issue where it is not after twenty seconds.
    func wait(until isTrue: () throws -> Bool) async throws {
        for _ in 0..<1000 {
            if try isTrue() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("not within twenty seconds")
    }
}

/// Keeps every event.
private final class Recorder: BootObserving {
    let events = Mutex<[BootEvent]>([])

    func record(_ event: BootEvent) { events.withLock { $0.append(event) } }
}

/// Milliseconds since 1970 that only tests move.
private final class Milliseconds: Sendable {
    private let count = Mutex<Int64>(1_700_000_000_000)

    var value: Int64 { count.withLock { $0 } }

    func advance(by milliseconds: Int64) { count.withLock { $0 += milliseconds } }
}
