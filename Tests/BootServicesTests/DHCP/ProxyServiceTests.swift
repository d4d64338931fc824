import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct ProxyServiceTests {
    private struct NoOffer: Error {}

    /// The server that gives the addresses.
    private static let giver = DHCPRig.address(2)
    private static let vendorOptions = OptionCode(43)

    @Test func offersABootFileBesideTheServerThatGivesTheAddress() async throws {
        try await withGiver { rig in
            let discover = rig.pxeMessage(.discover, id: 40)
            let offers = try await offers(to: discover, rig)
            let address = try #require(offers[Self.giver]).message.yourAddress
            #expect((DHCPRig.address(150)...DHCPRig.address(160)).contains(address))
            let ours = try #require(offers[DHCPRig.server])
            #expect(ours.frame.destination == .broadcast && ours.frame.sourcePort == 67)
            #expect(ours.message.yourAddress.isUnspecified)
            #expect(ours.message.nextServer == DHCPRig.server)
            #expect(ours.message.bootFile == Array("snponly.efi".utf8))
            #expect(try ours.message.options.value(KnownOptions.vendorClass) == "PXEClient")
            #expect(ours.message.options[Self.vendorOptions] == [6, 1, 8, 255])
            #expect(try ours.message.options.value(KnownOptions.leaseTime) == nil)
            #expect(try ours.message.options.value(KnownOptions.routers) == nil)

            var request = rig.pxeMessage(.request, id: 41)
            request.options.set(KnownOptions.requestedAddress, address)
            request.options.set(KnownOptions.serverIdentifier, Self.giver)
            let ack = try #require(try await rig.ask(request))
            #expect(try ack.message.type == .ack)
            #expect(try ack.message.options.value(KnownOptions.serverIdentifier) == Self.giver)
            let second = try await rig.sniffer.next(within: .milliseconds(300)) { $0.transactionID == 41 }
            #expect(second == nil)
        }
    }

    @Test(arguments: [MessageType.request, .inform], [68, 4011, 4077] as [UInt16])
    func answersPort4011AtThePortThatWasAskedFrom(type: MessageType, port: UInt16) async throws {
        let plan = try DHCPRig.plan(mode: .proxy, proxyOffersFile: false)
        try await DHCPRig.run(plans: [plan]) { rig in
            let offer = try #require(try await rig.ask(rig.pxeMessage(.discover))).message
            #expect(offer.yourAddress.isUnspecified && offer.bootFile.isEmpty)
            #expect(offer.nextServer == DHCPRig.server)
            #expect(try offer.options.value(KnownOptions.bootFileName) == nil)
            #expect(try offer.options.value(KnownOptions.vendorClass) == "PXEClient")
            #expect(offer.options[Self.vendorOptions] == nil)

            let own = DHCPRig.address(150)
            try rig.network.run(on: .client, "address", "add", "\(own)/24", "dev", TestNetwork.interface)
            let uuid = try #require(SystemUUID("33221100-5544-7766-8899-aabbccddeeff"))
            var request = rig.pxeMessage(type, id: 50, broadcast: false)
            request.clientAddress = own
            request.options.set(KnownOptions.machineIdentifier, uuid)
            let ack = try #require(try await rig.ask(request, from: own, port: port, to: 4011))
            #expect(try ack.message.type == .ack)
            #expect(ack.frame.destination == own && ack.frame.destinationPort == port)
            #expect(ack.frame.sourcePort == 4011)
            #expect(ack.message.clientAddress == own && ack.message.yourAddress.isUnspecified)
            #expect(ack.message.nextServer == DHCPRig.server)
            #expect(ack.message.bootFile == Array("snponly.efi".utf8))
            #expect(try ack.message.options.value(KnownOptions.bootFileName) == "snponly.efi")
            #expect(try ack.message.options.value(KnownOptions.tftpServerName) == "10.77.0.1")
            #expect(try ack.message.options.value(KnownOptions.serverIdentifier) == DHCPRig.server)
            #expect(try ack.message.options.value(KnownOptions.vendorClass) == "PXEClient")
            #expect(try ack.message.options.value(KnownOptions.machineIdentifier) == uuid)
            #expect(ack.message.options[Self.vendorOptions] == [6, 1, 8, 255])
        }
    }

    @Test func tellsHTTPBootItsURLInTheOffer() async throws {
        let plan = try DHCPRig.plan(mode: .proxy, proxyOffersFile: false)
        try await DHCPRig.run(plans: [plan]) { rig in
            let discover = rig.pxeMessage(.discover, vendorClass: "HTTPClient:Arch:00016:UNDI:003000")
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.yourAddress.isUnspecified)
            #expect(try offer.options.value(KnownOptions.vendorClass) == "HTTPClient")
            #expect(try offer.options.value(KnownOptions.bootFileName) == "http://10.77.0.1/snponly.efi")
            #expect(offer.options[Self.vendorOptions] == nil)
        }
    }

    @Test func tellsIPXEItsScriptInTheOffer() async throws {
        let plan = try DHCPRig.plan(mode: .proxy, proxyOffersFile: false)
        try await DHCPRig.run(plans: [plan]) { rig in
            var discover = rig.pxeMessage(.discover)
            discover.options.set(KnownOptions.userClass, UserClass("iPXE"))
            let offer = try #require(try await rig.ask(discover)).message
            // iPXE takes an OFFER for a proxy's by option 60, and uses it where it has siaddr and a file.
            #expect(try offer.options.value(KnownOptions.vendorClass) == "PXEClient")
            #expect(offer.nextServer == DHCPRig.server)
            #expect(offer.bootFile == Array("http://10.77.0.1/boot/script.ipxe".utf8))
        }
    }

    @Test func leavesEverythingElseToTheOtherServer() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store, plans: [try DHCPRig.plan(mode: .proxy)]) { rig in
            let ordinary = try await rig.ask(rig.message(.discover, id: 60), within: .milliseconds(300))
            #expect(ordinary == nil)
            let foreign = rig.request(IPv4Address(192, 168, 1, 1), id: 61)
            let refusal = try await rig.ask(foreign, within: .milliseconds(300))
            #expect(refusal == nil)
            let chosen = try await rig.ask(rig.request(DHCPRig.address(10), id: 62), within: .milliseconds(300))
            #expect(chosen == nil)
            let late = try await rig.ask(rig.pxeMessage(.discover, id: 63), within: .milliseconds(300), to: 4011)
            #expect(late == nil)
            #expect(await store.attempts == 0)
            #expect(await rig.service.statistics.naks == 0)
            #expect(await rig.service.leases.isEmpty)
        }
    }

    @Test func servesPort4011AloneBesideAServerOnTheSameMachine() async throws {
        var giver: DnsmasqProcess?
        defer { giver?.stop() }
        try await DHCPRig.run(
            plans: [try DHCPRig.plan(mode: .proxy)], ports: .bootServerOnly,
            prepare: { network in
                giver = try DnsmasqProcess(
                    in: network, on: .server, "--interface=\(TestNetwork.interface)",
                    "--dhcp-range=10.77.0.150,10.77.0.160,255.255.255.0,1h", "--dhcp-authoritative")
                return DHCPRig.Seat()
            }
        ) { rig in
            let offer = try await firstOffer(to: rig.pxeMessage(.discover, id: 70), rig)
            #expect((DHCPRig.address(150)...DHCPRig.address(160)).contains(offer.yourAddress))
            var request = rig.pxeMessage(.request, id: 71)
            request.options.set(KnownOptions.requestedAddress, offer.yourAddress)
            request.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
            let lease = try #require(try await rig.ask(request))
            #expect(try lease.message.type == .ack && lease.message.yourAddress == offer.yourAddress)
            #expect(await rig.service.statistics.discovers == 0)

            let own = offer.yourAddress
            try rig.network.run(on: .client, "address", "add", "\(own)/24", "dev", TestNetwork.interface)
            var again = rig.pxeMessage(.request, id: 72)
            again.clientAddress = own
            let ack = try #require(try await rig.ask(again, from: own, to: 4011))
            #expect(ack.frame.sourcePort == 4011 && ack.frame.destinationPort == 68)
            #expect(ack.message.bootFile == Array("snponly.efi".utf8))
        }
    }

    @Test func answersPort4011WhereItGivesTheAddressesToo() async throws {
        try await DHCPRig.run { rig in
            let address = try await rig.lease()
            try rig.network.run(on: .client, "address", "add", "\(address)/24", "dev", TestNetwork.interface)
            var request = rig.pxeMessage(.request, id: 80)
            request.clientAddress = address
            let ack = try #require(try await rig.ask(request, from: address, port: 4011, to: 4011))
            #expect(ack.frame.destinationPort == 4011)
            #expect(ack.message.bootFile == Array("snponly.efi".utf8))
            #expect(try ack.message.options.value(KnownOptions.leaseTime) == nil)
        }
    }

    @Test func answersNothingWhereItIsOff() async throws {
        try await DHCPRig.run(plans: [try DHCPRig.plan(mode: .off)]) { rig in
            for (id, port) in [(90, 67), (91, 4011)] as [(UInt32, UInt16)] {
                for type in [MessageType.discover, .request, .inform] {
                    let answer = try await rig.ask(
                        rig.pxeMessage(type, id: id), within: .milliseconds(200), from: DHCPRig.address(150), to: port)
                    #expect(answer == nil)
                }
            }
        }
    }

    /// A proxy subnet with dnsmasq at 10.77.0.2 in a namespace of its own, and the client on a bridge between both.
    private func withGiver(_ body: (DHCPRig) async throws -> Void) async throws {
        var giver: DnsmasqProcess?
        defer { giver?.stop() }
        try await DHCPRig.run(
            plans: [try DHCPRig.plan(mode: .proxy)],
            prepare: { network in
                try network.connectOther(by: "wire1")
                try network.run(on: .client, "link", "add", "bridge0", "type", "bridge", "forward_delay", "0")
                for port in [TestNetwork.interface, "wire1"] {
                    try network.run(on: .client, "link", "set", port, "master", "bridge0")
                }
                try network.run(on: .client, "link", "set", "bridge0", "up")
                try network.run(on: .other, "address", "add", "\(Self.giver)/24", "dev", "wire1")
                giver = try DnsmasqProcess(
                    in: network, on: .other, "--interface=wire1",
                    "--dhcp-range=10.77.0.150,10.77.0.160,255.255.255.0,1h", "--dhcp-authoritative")
                return DHCPRig.Seat(interface: "bridge0")
            }, body)
    }

    /// The OFFERs of both servers; asks again until both were heard.
    private func offers(to discover: Message, _ rig: DHCPRig) async throws -> [IPv4Address: Sniffer.Sighting] {
        var offers: [IPv4Address: Sniffer.Sighting] = [:]
        for _ in 0..<50 where offers.count < 2 {
            try rig.send(discover)
            while let offer = try await rig.sniffer.next(
                within: .milliseconds(200), where: { $0.transactionID == discover.transactionID })
            {
                #expect(try offer.message.type == .offer)
                let server: IPv4Address = try #require(try offer.message.options.value(KnownOptions.serverIdentifier))
                offers[server] = offer
            }
        }
        return offers
    }

    /// The first OFFER; asks again until there is one, because the other server may not have begun yet.
    private func firstOffer(to discover: Message, _ rig: DHCPRig) async throws -> Message {
        for _ in 0..<50 {
            if let offer = try await rig.ask(discover, within: .milliseconds(200)) { return offer.message }
        }
        throw NoOffer()
    }
}
