import BootServices
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NetworkTestSupport
import NetworkTypes
import Testing

/// The real service on two network cards, one of which has two addresses, and a client at each.
///
/// The second card's cable ends in the server's own namespace: its far end has no address there, and what a client
/// sends from it comes in by the second card alone.
struct PathBench {
    /// A client's place at one card of the server.
    struct Seat {
        fileprivate let sniffer: Sniffer
        fileprivate let socket: PacketSocket
        let mac: MACAddress

        fileprivate init(at interface: String) throws {
            let wire = try NetworkInterfaces().named(interface)
            sniffer = try Sniffer()
            socket = try PacketSocket(on: wire, type: .ipv4, receives: false)
            mac = try #require(wire.mac)
        }

        /// Broadcasts a client's message.
        func send(_ message: Message) throws {
            try socket.send(message.clientBroadcast(), to: .broadcast)
        }

        /// Broadcasts a client's message, and waits for the answer that comes here.
        func ask(_ message: Message, within patience: Duration = .seconds(5)) async throws -> Sniffer.Sighting? {
            try send(message)
            return try await hear(message.transactionID, within: patience)
        }

        /// The answer to a transaction that comes here; nil without one.
        func hear(_ id: UInt32, within patience: Duration) async throws -> Sniffer.Sighting? {
            try await sniffer.next(within: patience) { $0.transactionID == id }
        }

        func message(_ type: MessageType, id: UInt32, broadcast: Bool) -> Message {
            var message = Message(operation: .bootRequest, hardwareAddress: mac.bytes, transactionID: id)
            message.wantsBroadcast = broadcast
            message.options.set(KnownOptions.messageType, type)
            return message
        }
    }

    /// What the first card has beside 10.77.0.1, and what the service is told to answer from.
    static let first = IPv4Address(10, 77, 0, 5)
    static let second = IPv4Address(10, 78, 0, 1)
    private static let secondCard = "wire1"
    private static let farEnd = "far1"

    let network: TestNetwork
    let service: DHCPService
    let atFirst: Seat
    let atSecond: Seat

    static func run(_ body: (PathBench) async throws -> Void) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        try network.run(on: .server, "address", "add", "\(first)/24", "dev", TestNetwork.interface)
        try network.run(on: .server, "link", "add", secondCard, "type", "veth", "peer", "name", farEnd)
        for end in [secondCard, farEnd] { try network.run(on: .server, "link", "set", end, "up") }
        try network.run(on: .server, "address", "add", "\(second)/24", "dev", secondCard)
        let bench = try PathBench(in: network)
        try await withThrowingTaskGroup { group in
            group.addTask {
                do { try await bench.service.run() } catch { Issue.record(error) }
            }
            try await bench.waitUntilItListens()
            try await body(bench)
            group.cancelAll()
        }
    }

    private init(in network: TestNetwork) throws {
        self.network = network
        var logger = Logger(label: "dhcp")
        logger.logLevel = .critical
        func plan(_ network: UInt8) throws -> SubnetPlan {
            SubnetPlan(
                subnet: try #require(IPv4Subnet("10.\(network).0.0/24")),
                pools: [IPv4Address(10, network, 0, 10)...IPv4Address(10, network, 0, 99)], leaseSeconds: 600)
        }
        service = DHCPService(
            interfaces: [
                DHCPInterface(name: TestNetwork.interface, address: Self.first),
                DHCPInterface(name: Self.secondCard, address: Self.second),
            ],
            plans: [try plan(77), try plan(78)], store: MemoryLeaseStore(), bootFiles: FixedBootFiles(), probe: nil,
            open: { interface, ports in
                try network.inside(.server) { try DHCPLink.open(interface, ports: ports) }
            },
            logger: logger)
        atFirst = try network.inside(.client) { try Seat(at: TestNetwork.interface) }
        atSecond = try network.inside(.server) { try Seat(at: Self.farEnd) }
    }

    /// An INFORM leaves no trace in the lease table.
    private func waitUntilItListens() async throws {
        for seat in [atFirst, atSecond] {
            var isAnswered = false
            for _ in 0..<50 where !isAnswered {
                let inform = seat.message(.inform, id: 1, broadcast: true)
                isAnswered = try await seat.ask(inform, within: .milliseconds(100)) != nil
            }
            #expect(isAnswered, "the service does not listen")
        }
    }
}
