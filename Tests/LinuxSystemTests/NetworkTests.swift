import LinuxSystem
import NetworkTestSupport
import NetworkTypes
import Testing

/// Against the real kernel, in network namespaces.
@Suite struct NetworkTests {
    private func prober(in network: TestNetwork) throws -> ARPProber {
        try network.inside(.client) { try ARPProber(on: NetworkInterfaces().named(TestNetwork.interface)) }
    }

    @Test func configuresAnInterface() async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let wire = try network.inside(.client) {
            let interfaces = NetworkInterfaces()
            try interfaces.setUp(TestNetwork.interface)
            try interfaces.setMTU(1300, of: TestNetwork.interface)
            let address = InterfaceAddress(address: IPv4Address(10, 77, 0, 9), prefixLength: 24)
            try interfaces.addAddress(address, to: TestNetwork.interface)
            try interfaces.addAddress(address, to: TestNetwork.interface)
            try interfaces.addDefaultRoute(via: IPv4Address(10, 77, 0, 1), on: TestNetwork.interface)
            try interfaces.addDefaultRoute(via: IPv4Address(192, 0, 2, 1), on: TestNetwork.interface)
            return try interfaces.named(TestNetwork.interface)
        }
        #expect(wire.isUp && wire.hasCarrier && wire.mtu == 1300 && wire.kind == "veth")
        #expect(wire.addresses == [InterfaceAddress(address: IPv4Address(10, 77, 0, 9), prefixLength: 24)])
        #expect(try network.run(on: .client, "route", "show", "default").contains("via 192.0.2.1"))
    }

    @Test func seesACarrierComeAndGo() async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        func hasCarrier() throws -> Bool {
            try network.inside(.client) { try NetworkInterfaces().named(TestNetwork.interface).hasCarrier }
        }
        try network.run(on: .server, "link", "set", TestNetwork.interface, "down")
        #expect(try !hasCarrier())
        try network.run(on: .server, "link", "set", TestNetwork.interface, "up")
        #expect(try hasCarrier())
    }

    @Test func saysThatThereIsNoSuchInterfaceToWaitFor() async throws {
        let hasCarrier = try await NetworkInterfaces().waitForCarrier("lo", timeout: .seconds(1))
        #expect(hasCarrier)
        await #expect(throws: NetworkError.self) {
            try await NetworkInterfaces().waitForCarrier("none0", timeout: .milliseconds(50))
        }
    }

    @Test(arguments: [(1, true), (9, false)] as [(UInt8, Bool)])
    func findsOutWhetherAnAddressIsInUse(host: UInt8, isInUse: Bool) async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let prober = try prober(in: network)
        let address = IPv4Address(10, 77, 0, host)
        let answers = try await prober.isInUse(address, by: nil, patience: .milliseconds(300))
        #expect(answers == isInUse)
    }

    @Test func doesNotCountTheClientsOwnAnswer() async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let server = try network.inside(.server) { try NetworkInterfaces().named(TestNetwork.interface) }
        let address = IPv4Address(10, 77, 0, 1)
        let isInUse = try await prober(in: network).isInUse(address, by: server.mac, patience: .milliseconds(200))
        #expect(!isInUse)
    }

    @Test func runsManyProbesAtOnce() async throws {
        let network = try TestNetwork()
        defer { network.remove() }
        let prober = try prober(in: network)
        let used = try await withThrowingTaskGroup(of: (UInt8, Bool).self) { group in
            for host in 1...40 as ClosedRange<UInt8> {
                group.addTask {
                    let address = IPv4Address(10, 77, 0, host)
                    return (host, try await prober.isInUse(address, by: nil, patience: .milliseconds(300)))
                }
            }
            return try await group.reduce(into: Set<UInt8>()) { if $1.1 { $0.insert($1.0) } }
        }
        #expect(used == [1])
    }

    @Test func readsAndWritesARPPackets() throws {
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        let probe = ARPPacket.probe(for: IPv4Address(10, 0, 0, 7), from: mac)
        let expected: [UInt8] = [
            0, 1, 8, 0, 6, 4, 0, 1,  // Ethernet, IPv4, request
            0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0, 0, 0,  // sender, without an address
            0, 0, 0, 0, 0, 0, 10, 0, 0, 7,  // target
        ]
        #expect(probe.encoded == expected)
        #expect(ARPPacket(expected + Array(repeating: 0, count: 18)) == probe)
        for count in 0..<28 { #expect(ARPPacket(Array(expected[..<count])) == nil) }
    }

    @Test func tellsWhoClaimsAnAddress() throws {
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        let address = IPv4Address(10, 0, 0, 7)
        let probe = ARPPacket.probe(for: address, from: mac)
        var reply = probe
        reply.operation = 2
        reply.sender = address
        #expect(reply.claims(address, unlessFrom: []))
        #expect(!reply.claims(IPv4Address(10, 0, 0, 8), unlessFrom: []))
        #expect(!reply.claims(address, unlessFrom: [mac]))
        #expect(probe.claims(address, unlessFrom: []))
    }
}
