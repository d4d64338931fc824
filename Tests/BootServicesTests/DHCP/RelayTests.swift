import BootPolicy
import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Synchronization
import Testing

@Suite struct RelayTests {
    /// The relay agent's address on the server's network, in tests that write its packets themselves.
    private static let relay = DHCPRig.address(200)
    /// The relay agent's address on the clients' network.
    private static let remote = IPv4Address(10, 88, 0, 1)

    @Test("T10: a client behind a real relay agent gets an address of its own network")
    func givesAnAddressOfItsSubnetToAClientBehindARealRelay() async throws {
        try await behindRelay(plans: [try DHCPRig.plan(), try DHCPRig.remotePlan()]) { rig in
            let offer = try #require(try await rig.ask(rig.message(.discover, broadcast: true))).message
            #expect(offer.yourAddress == IPv4Address(10, 88, 0, 10))
            let request = rig.request(offer.yourAddress, broadcast: true)
            let ack = try #require(try await rig.ask(request)).message
            #expect(try ack.type == .ack && ack.yourAddress == offer.yourAddress)

            // An address of the other subnet is refused there, by broadcast, though the server gives it elsewhere.
            var moved = rig.message(.request, id: 201)
            moved.options.set(KnownOptions.requestedAddress, DHCPRig.address(10))
            let nak = try #require(try await rig.ask(moved))
            #expect(try nak.message.type == .nak)
            #expect(nak.frame.destination == .broadcast)
        }
    }

    @Test func offersABootFileByProxyBehindARealRelay() async throws {
        var plan = try DHCPRig.remotePlan()
        plan.mode = .proxy
        try await behindRelay(plans: [try DHCPRig.plan(), plan]) { rig in
            let offer = try #require(try await rig.ask(rig.pxeMessage(.discover))).message
            #expect(offer.yourAddress.isUnspecified)
            #expect(offer.bootFile == Array("snponly.efi".utf8))
            let ordinary = try await rig.ask(rig.message(.discover, id: 8), within: .milliseconds(300))
            #expect(ordinary == nil)
        }
    }

    /// Such a client is reached through routers, and no relay agent tells where it is.
    @Test func choosesTheFileOfPort4011BySubnetOfWhoAsks() async throws {
        var plan = try DHCPRig.remotePlan()
        plan.mode = .proxy
        let own = IPv4Address(10, 88, 0, 50)
        let files = AskedLinks()
        try await DHCPRig.run(plans: [try DHCPRig.plan(), plan], bootFiles: files) { rig in
            try rig.network.run(on: .server, "route", "add", "10.88.0.0/24", "dev", TestNetwork.interface)
            var request = rig.pxeMessage(.request, id: 50, broadcast: false)
            request.clientAddress = own
            for _ in 1...20 where files.links.withLock({ $0.isEmpty }) {
                try rig.send(request, from: own, to: 4011)
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(Set(files.links.withLock { $0 }) == [own])
        }
    }

    @Test("T10: the link that a relay agent names comes first, and its option 82 comes back last")
    func takesTheLinkThatTheRelayNamesBeforeAllOthers() async throws {
        try await withPlans { rig in
            var discover = relayed(rig.message(.discover))
            discover.options.set(KnownOptions.subnetSelection, DHCPRig.address(0))
            // Circuit id "A", a sub-option that nobody knows, link selection 10.88.0.1.
            let information: [UInt8] = [1, 1, 65, 200, 2, 7, 7, 5, 4, 10, 88, 0, 1]
            discover.options[.relayAgentInformation] = information
            let offer = try #require(try await rig.ask(discover))
            #expect(offer.message.yourAddress == IPv4Address(10, 88, 0, 10))
            #expect(offer.frame.destination == Self.relay && offer.frame.destinationPort == 67)
            #expect(try offer.message.options.value(KnownOptions.subnetSelection) == DHCPRig.address(0))
            #expect(offer.message.options.elements.last == DHCPOption(.relayAgentInformation, information))
        }
    }

    @Test(arguments: [true, false])
    func takesTheSubnetThatTheClientNamesBeforeItsRelays(isRelayed: Bool) async throws {
        try await withPlans { rig in
            var discover = rig.message(.discover)
            if isRelayed { discover = relayed(discover) }
            discover.options.set(KnownOptions.subnetSelection, IPv4Address(10, 88, 0, 0))
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.yourAddress == IPv4Address(10, 88, 0, 10))
            #expect(try offer.options.value(KnownOptions.subnetSelection) == IPv4Address(10, 88, 0, 0))
        }
    }

    @Test func takesTheRelaysAddressWhereNothingIsNamed() async throws {
        try await withPlans { rig in
            let offer = try #require(try await rig.ask(relayed(rig.message(.discover)))).message
            #expect(offer.yourAddress == DHCPRig.address(10))
        }
    }

    @Test func believesNoOption82WithoutARelay() async throws {
        try await withPlans { rig in
            var discover = rig.message(.discover)
            discover.options[.relayAgentInformation] = [5, 4, 10, 88, 0, 1, 11, 4, 10, 77, 0, 200]
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.yourAddress == DHCPRig.address(10))
            #expect(try offer.options.value(KnownOptions.serverIdentifier) == DHCPRig.server)
        }
    }

    @Test func callsItselfWhatTheRelayWants() async throws {
        try await withPlans { rig in
            let standIn: [UInt8] = [11, 4] + Self.relay.bytes
            var discover = relayed(rig.message(.discover))
            discover.options[.relayAgentInformation] = standIn
            let offer = try #require(try await rig.ask(discover)).message
            #expect(try offer.options.value(KnownOptions.serverIdentifier) == Self.relay)

            var request = relayed(rig.message(.request, id: 201))
            request.options.set(KnownOptions.requestedAddress, offer.yourAddress)
            request.options.set(KnownOptions.serverIdentifier, Self.relay)
            let stranger = try await rig.ask(request, within: .milliseconds(300))
            #expect(stranger == nil)
            request.options[.relayAgentInformation] = standIn
            let ack = try #require(try await rig.ask(request)).message
            #expect(try ack.type == .ack)
            #expect(ack.yourAddress == offer.yourAddress)
            #expect(try ack.options.value(KnownOptions.serverIdentifier) == Self.relay)
        }
    }

    @Test(arguments: [[], [1], [1, 2, 65], [5, 3, 10, 88, 0], [11, 5, 1, 2, 3, 4, 5]] as [[UInt8]])
    func dropsAMalformedOption82(bytes: [UInt8]) async throws {
        try await withPlans { rig in
            var discover = relayed(rig.message(.discover))
            discover.options[.relayAgentInformation] = bytes
            let answer = try await rig.ask(discover, within: .milliseconds(300))
            #expect(answer == nil)
            #expect(await rig.service.statistics.malformed == 1)
        }
    }

    @Test func tellsWhereAHostStandsThatBootsBehindAKnownPort() async throws {
        let seen = PlacementLog()
        let place = Placement(name: "node-7", rack: "r1", unit: 7)
        let rules = PlacementRules([try PlacementRule(circuit: "Eth1/7", remote: nil, placement: place)])
        try await DHCPRig.run(
            plans: [try DHCPRig.plan()], placements: rules, placed: { seen.add($0, $1) }, prepare: Self.seatOfRelay
        ) { rig in
            let information = RelayAgentInformation([.init(.circuitID, Array("Eth1/7".utf8))]).bytes
            var ordinary = relayed(rig.message(.discover, mac: DHCPRig.mac(1), id: 30))
            ordinary.options[.relayAgentInformation] = information
            _ = try #require(try await rig.ask(ordinary))
            var elsewhere = relayed(rig.pxeMessage(.discover, id: 31))
            elsewhere.options[.relayAgentInformation] = [1, 1, 65]
            _ = try #require(try await rig.ask(elsewhere))
            #expect(seen.places.isEmpty)
            var discover = relayed(rig.pxeMessage(.discover, id: 32))
            discover.options[.relayAgentInformation] = information
            _ = try #require(try await rig.ask(discover))
            var atPort = place
            atPort.port = "Eth1/7"
            #expect(seen.places == [rig.mac: atPort])
        }
    }

    private func relayed(_ message: Message) -> Message {
        var message = message
        message.relayAddress = Self.relay
        message.hops = 1
        return message
    }

    /// The client's side answers ARP for the relay agent's address.
    private static func seatOfRelay(_ network: TestNetwork) throws -> DHCPRig.Seat {
        try network.run(on: .client, "address", "add", "\(relay)/24", "dev", TestNetwork.interface)
        return DHCPRig.Seat()
    }

    /// Both subnets, and a client's side that writes the packets of a relay agent.
    private func withPlans(_ body: (DHCPRig) async throws -> Void) async throws {
        try await DHCPRig.run(
            plans: [try DHCPRig.plan(), try DHCPRig.remotePlan()], prepare: Self.seatOfRelay, body)
    }

    /// dnsmasq as relay agent in the middle namespace, and the client in the third one.
    private func behindRelay(plans: [SubnetPlan], _ body: (DHCPRig) async throws -> Void) async throws {
        var agent: DnsmasqProcess?
        defer { agent?.stop() }
        try await DHCPRig.run(
            plans: plans,
            prepare: { network in
                try network.connectOther(by: "wire1")
                try network.run(on: .client, "address", "add", "\(Self.relay)/24", "dev", TestNetwork.interface)
                try network.run(on: .client, "address", "add", "\(Self.remote)/24", "dev", "wire1")
                try network.run(on: .server, "route", "add", "10.88.0.0/24", "via", "\(Self.relay)")
                agent = try DnsmasqProcess(in: network, on: .client, "--dhcp-relay=\(Self.remote),\(DHCPRig.server)")
                return DHCPRig.Seat(side: .other, interface: "wire1")
            }, body)
    }
}

/// Keeps where hosts stand.
private final class PlacementLog: Sendable {
    private let kept = Mutex<[MACAddress: Placement]>([:])

    var places: [MACAddress: Placement] { kept.withLock { $0 } }

    func add(_ mac: MACAddress, _ placement: Placement) { kept.withLock { $0[mac] = placement } }
}

/// Notes for which link a boot file was chosen.
private final class AskedLinks: BootFileChoosing {
    let links = Mutex<[IPv4Address]>([])

    func answer(to request: BootRequest) -> BootAnswer {
        if request.clientClass == .pxe { links.withLock { $0.append(request.link) } }
        return FixedBootFiles().answer(to: request)
    }
}
