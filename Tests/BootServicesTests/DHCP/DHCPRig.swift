import BootServices
import DHCP
import LeasePolicy
import LinuxSystem
import Logging
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

/// The real service in one network namespace and a raw client in another.
struct DHCPRig {
    static let server = IPv4Address(10, 77, 0, 1)

    let network: TestNetwork
    let service: DHCPService
    let wire: NetworkInterface
    let sniffer: Sniffer
    private let socket: PacketSocket

    /// The client's own hardware address.
    var mac: MACAddress

    static func address(_ host: UInt8) -> IPv4Address { IPv4Address(10, 77, 0, host) }

    static func plan(isAuthoritative: Bool = true) throws -> SubnetPlan {
        SubnetPlan(
            subnet: try #require(IPv4Subnet("10.77.0.0/24")), pools: [address(10)...address(99)], leaseSeconds: 600,
            routers: [server], dns: [server], domain: "lab.example", ntp: [server], mtu: 1400,
            options: [PlainOption(code: 224, bytes: [1, 2, 3])], isAuthoritative: isAuthoritative)
    }

    /// Runs the service while `body` plays the client, and ends it afterwards.
    static func run(
        store: MemoryLeaseStore = MemoryLeaseStore(), probe: Duration? = nil, plans: [SubnetPlan]? = nil,
        _ body: (DHCPRig) async throws -> Void
    ) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        var logger = Logger(label: "dhcp")
        logger.logLevel = .critical
        let service = DHCPService(
            interfaces: [DHCPInterface(name: TestNetwork.interface, address: server)],
            plans: try plans ?? [plan()], store: store, bootFiles: FixedBootFiles(), probe: probe,
            open: { interface in try network.inside(.server) { try DHCPLink.open(interface) } }, logger: logger)
        let rig = try DHCPRig(network: network, service: service)
        try await withThrowingTaskGroup { group in
            group.addTask {
                do { try await service.run() } catch { Issue.record(error) }
            }
            try await rig.waitUntilItAnswers()
            try await body(rig)
            group.cancelAll()
        }
    }

    private init(network: TestNetwork, service: DHCPService) throws {
        self.network = network
        self.service = service
        (wire, sniffer, socket) = try network.inside(.client) {
            let wire = try NetworkInterfaces().named(TestNetwork.interface)
            return (wire, try Sniffer(), try PacketSocket(on: wire, type: .ipv4, receives: false))
        }
        mac = try #require(wire.mac)
    }

    /// An INFORM is answered without any trace in the lease table.
    private func waitUntilItAnswers() async throws {
        for _ in 0..<100 {
            try send(message(.inform, mac: MACAddress([2, 9, 9, 9, 9, 9] as [UInt8])))
            if try await sniffer.next(within: .milliseconds(100)) != nil { return }
        }
        Issue.record("the service does not answer")
    }

    func message(_ type: MessageType, mac: MACAddress? = nil, id: UInt32 = 7, broadcast: Bool = false) -> Message {
        var message = Message(operation: .bootRequest, hardwareAddress: (mac ?? self.mac).bytes, transactionID: id)
        message.wantsBroadcast = broadcast
        message.options.set(.messageType, type)
        return message
    }

    func send(_ message: Message) throws {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        try send(payload)
    }

    /// Broadcasts a UDP datagram to port 67.
    func send(_ payload: ByteBuffer, from source: IPv4Address = .any, port: UInt16 = 68) throws {
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: source, sourcePort: port, destination: .broadcast, destinationPort: 67, payload: payload))
        try socket.send(Array(packet.readableBytesView), to: .broadcast)
    }

    /// Sends, and waits for the answer to this client and transaction.
    func ask(_ message: Message, within patience: Duration = .seconds(5)) async throws -> Sniffer.Sighting? {
        try send(message)
        return try await sniffer.next(within: patience) {
            $0.transactionID == message.transactionID && $0.hardwareAddress == message.hardwareAddress
        }
    }

    /// DISCOVER and OFFER; the address.
    func offer(to mac: MACAddress? = nil) async throws -> IPv4Address {
        let offer = try #require(try await ask(message(.discover, mac: mac, id: 100)))
        #expect(try offer.message.type == .offer)
        return offer.message.yourAddress
    }

    func request(_ address: IPv4Address, mac: MACAddress? = nil, id: UInt32 = 200, broadcast: Bool = false) -> Message {
        var request = message(.request, mac: mac, id: id, broadcast: broadcast)
        request.options.set(.requestedAddress, address)
        request.options.set(.serverIdentifier, Self.server)
        return request
    }

    /// All four messages; the address.
    func lease(to mac: MACAddress? = nil) async throws -> IPv4Address {
        let address = try await offer(to: mac)
        let ack = try #require(try await ask(request(address, mac: mac)))
        #expect(try ack.message.type == .ack)
        #expect(ack.message.yourAddress == address)
        return address
    }

    static func mac(_ number: UInt8) -> MACAddress { MACAddress([2, 0, 0, 0, 1, number] as [UInt8]) ?? .zero }
}
