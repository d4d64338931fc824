import BootPolicy
import BootServices
import BootTimeline
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

    /// Where the client is.
    struct Seat {
        var side = TestNetwork.Side.client
        var interface = TestNetwork.interface
    }

    let network: TestNetwork
    let service: DHCPService
    let wire: NetworkInterface
    let sniffer: Sniffer
    private let socket: PacketSocket

    /// The client's own hardware address.
    var mac: MACAddress

    static func address(_ host: UInt8) -> IPv4Address { IPv4Address(10, 77, 0, host) }

    static func plan(
        isAuthoritative: Bool = true, mode: SubnetMode = .authoritative, proxyOffersFile: Bool = true
    ) throws -> SubnetPlan {
        SubnetPlan(
            subnet: try #require(IPv4Subnet("10.77.0.0/24")), pools: [address(10)...address(99)], leaseSeconds: 600,
            routers: [server], dns: [server], domain: "lab.example", ntp: [server], mtu: 1400,
            options: [PlainOption(code: 224, bytes: [1, 2, 3])], isAuthoritative: isAuthoritative, mode: mode,
            proxyOffersFile: proxyOffersFile)
    }

    /// A second subnet, which no interface of the server has an address in.
    static func remotePlan() throws -> SubnetPlan {
        SubnetPlan(
            subnet: try #require(IPv4Subnet("10.88.0.0/24")),
            pools: [IPv4Address(10, 88, 0, 10)...IPv4Address(10, 88, 0, 99)], leaseSeconds: 600)
    }

    /// Runs the service while `body` plays the client, and ends it afterwards.
    ///
    /// - Parameter prepare: builds what the network has beside the two sides, and says where the client is.
    static func run(
        store: MemoryLeaseStore = MemoryLeaseStore(), probe: Duration? = nil, plans: [SubnetPlan]? = nil,
        ports: ServedPorts = .both, placements: PlacementRules = PlacementRules(),
        placed: @escaping @Sendable (MACAddress, Placement) -> Void = { _, _ in },
        bootFiles: any BootFileChoosing = FixedBootFiles(), gate: ForeignServerGate = ForeignServerGate(),
        observer: any BootObserving = NoBootObserver(),
        prepare: (TestNetwork) throws -> Seat = { _ in Seat() }, _ body: (DHCPRig) async throws -> Void
    ) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let seat = try prepare(network)
        var logger = Logger(label: "dhcp")
        logger.logLevel = .critical
        let service = DHCPService(
            interfaces: [DHCPInterface(name: TestNetwork.interface, address: server)], ports: ports,
            plans: try plans ?? [plan()], placements: placements, store: store, bootFiles: bootFiles,
            probe: probe, placed: placed, gate: gate, observer: observer, clock: { 1_700_000_000_123 },
            open: { interface, ports in
                try network.inside(.server) { try DHCPLink.open(interface, ports: ports) }
            },
            logger: logger)
        let rig = try DHCPRig(network: network, service: service, seat: seat)
        try await withThrowingTaskGroup { group in
            group.addTask {
                do { try await service.run() } catch { Issue.record(error) }
            }
            try await rig.waitUntilItListens(on: ports == .both ? 67 : 4011)
            try await body(rig)
            group.cancelAll()
        }
    }

    private init(network: TestNetwork, service: DHCPService, seat: Seat) throws {
        self.network = network
        self.service = service
        (wire, sniffer, socket) = try network.inside(seat.side) {
            let wire = try NetworkInterfaces().named(seat.interface)
            return (wire, try Sniffer(), try PacketSocket(on: wire, type: .ipv4, receives: false))
        }
        mac = try #require(wire.mac)
    }

    /// The client that asks whether the service listens.
    static let scout = MACAddress([2, 9, 9, 9, 9, 9] as [UInt8])

    /// An INFORM leaves no trace in the lease table.
    private func waitUntilItListens(on port: UInt16) async throws {
        for _ in 0..<100 {
            try send(message(.inform, mac: Self.scout), to: port)
            try await Task.sleep(for: .milliseconds(20))
            if await service.statistics.informs > 0 { return }
            try await Task.sleep(for: .milliseconds(80))
        }
        Issue.record("the service does not listen")
    }

    func message(_ type: MessageType, mac: MACAddress? = nil, id: UInt32 = 7, broadcast: Bool = false) -> Message {
        var message = Message(operation: .bootRequest, hardwareAddress: (mac ?? self.mac).bytes, transactionID: id)
        message.wantsBroadcast = broadcast
        message.options.set(KnownOptions.messageType, type)
        return message
    }

    /// Firmware's DISCOVER or REQUEST.
    func pxeMessage(
        _ type: MessageType, vendorClass: String = "PXEClient:Arch:00007:UNDI:003000", id: UInt32 = 7,
        broadcast: Bool = true
    ) -> Message {
        var message = message(type, id: id, broadcast: broadcast)
        message.options.set(KnownOptions.vendorClass, vendorClass)
        message.options.set(KnownOptions.clientArchitecture, [.x64UEFI])
        return message
    }

    func send(
        _ message: Message, from source: IPv4Address = .any, port: UInt16 = 68, to serverPort: UInt16 = 67
    ) throws {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        try send(payload, from: source, port: port, to: serverPort)
    }

    /// Broadcasts a UDP datagram to a port of the server.
    func send(
        _ payload: ByteBuffer, from source: IPv4Address = .any, port: UInt16 = 68, to serverPort: UInt16 = 67
    ) throws {
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: source, sourcePort: port, destination: .broadcast, destinationPort: serverPort,
                payload: payload))
        try socket.send(Array(packet.readableBytesView), to: .broadcast)
    }

    /// Sends, and waits for the answer to this client and transaction.
    func ask(
        _ message: Message, within patience: Duration = .seconds(5), from source: IPv4Address = .any,
        port: UInt16 = 68, to serverPort: UInt16 = 67
    ) async throws -> Sniffer.Sighting? {
        try send(message, from: source, port: port, to: serverPort)
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
        request.options.set(KnownOptions.requestedAddress, address)
        request.options.set(KnownOptions.serverIdentifier, Self.server)
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
