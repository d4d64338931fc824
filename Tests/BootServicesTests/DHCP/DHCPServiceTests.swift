import BootServices
import DHCP
import LeasePolicy
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct DHCPServiceTests {
    @Test func givesAnAddressInFourMessagesAndAllSettingsOfItsSubnet() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.offer()
            #expect(address == DHCPRig.address(10))
            #expect(await store.attempts == 0)
            let ack = try #require(try await rig.ask(rig.request(address)))
            let options = ack.message.options
            #expect(try ack.message.type == .ack)
            #expect(ack.message.yourAddress == address)
            #expect(try options.value(KnownOptions.serverIdentifier) == DHCPRig.server)
            #expect(try options.value(KnownOptions.leaseTime) == 600)
            #expect(try options.value(KnownOptions.renewalTime) == 300)
            #expect(try options.value(KnownOptions.rebindingTime) == 525)
            #expect(try options.value(KnownOptions.subnetMask) == IPv4Address(255, 255, 255, 0))
            #expect(try options.value(KnownOptions.broadcastAddress) == DHCPRig.address(255))
            #expect(try options.value(KnownOptions.routers) == [DHCPRig.server])
            #expect(try options.value(KnownOptions.dnsServers) == [DHCPRig.server])
            #expect(try options.value(KnownOptions.ntpServers) == [DHCPRig.server])
            #expect(try options.value(KnownOptions.domainName) == "lab.example")
            #expect(try options.value(KnownOptions.interfaceMTU) == 1400)
            #expect(options[OptionCode(224)] == [1, 2, 3])
            #expect(await store.written.map(\.address) == [address])
            #expect(await rig.service.leases.map(\.state) == [.leased])
        }
    }

    @Test func reachesAClientWithoutAnAddressAtItsHardwareAddress() async throws {
        try await DHCPRig.run { rig in
            let offer = try #require(try await rig.ask(rig.message(.discover)))
            #expect(offer.ethernetDestination == rig.mac)
            #expect(offer.frame.destination == offer.message.yourAddress)
            #expect(offer.frame.source == DHCPRig.server)
            #expect(offer.frame.destinationPort == 68)
            let ack = try #require(try await rig.ask(rig.request(offer.message.yourAddress)))
            #expect(ack.ethernetDestination == rig.mac)
            #expect(ack.frame.destination == offer.message.yourAddress)
        }
    }

    @Test("T10: a client that asks for broadcast is answered by broadcast")
    func honoursTheBroadcastFlag() async throws {
        try await DHCPRig.run { rig in
            let offer = try #require(try await rig.ask(rig.message(.discover, broadcast: true)))
            #expect(offer.ethernetDestination == .broadcast)
            #expect(offer.frame.destination == .broadcast)
            let request = rig.request(offer.message.yourAddress, broadcast: true)
            let ack = try #require(try await rig.ask(request))
            #expect(ack.ethernetDestination == .broadcast)
            #expect(ack.message.wantsBroadcast)
        }
    }

    @Test func answersARelayAgentAtItsAddressAndEchoesItsOption() async throws {
        try await DHCPRig.run { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.200/24", "dev", TestNetwork.interface)
            var discover = rig.message(.discover, mac: DHCPRig.mac(1))
            discover.relayAddress = DHCPRig.address(200)
            discover.options[.relayAgentInformation] = [1, 2, 65, 66]
            let offer = try #require(try await rig.ask(discover))
            #expect(offer.frame.destination == DHCPRig.address(200))
            #expect(offer.frame.destinationPort == 67)
            #expect(offer.message.options.elements.last == DHCPOption(.relayAgentInformation, [1, 2, 65, 66]))
        }
    }

    @Test func refusesAForeignAddressByBroadcast() async throws {
        try await DHCPRig.run { rig in
            var request = rig.message(.request)
            request.options.set(KnownOptions.requestedAddress, IPv4Address(192, 168, 1, 1))
            let nak = try #require(try await rig.ask(request))
            #expect(try nak.message.type == .nak)
            #expect(nak.frame.destination == .broadcast)
            #expect(nak.message.yourAddress.isUnspecified)
            #expect(try nak.message.options.value(KnownOptions.serverIdentifier) == DHCPRig.server)
            #expect(nak.message.options[KnownOptions.leaseTime.code] == nil)
            #expect(await rig.service.statistics.naks == 1)
        }
    }

    @Test func keepsSilentAboutAForeignAddressWhereOthersMaySpeak() async throws {
        try await DHCPRig.run(plans: [try DHCPRig.plan(isAuthoritative: false)]) { rig in
            var request = rig.message(.request)
            request.options.set(KnownOptions.requestedAddress, IPv4Address(192, 168, 1, 1))
            let answer = try await rig.ask(request, within: .milliseconds(500))
            #expect(answer == nil)
            #expect(await rig.service.statistics.ignored == 1)
        }
    }

    @Test func givesAnotherAddressAfterADecline() async throws {
        try await DHCPRig.run { rig in
            let first = try await rig.lease()
            var decline = rig.message(.decline)
            decline.options.set(KnownOptions.requestedAddress, first)
            decline.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
            try rig.send(decline)
            let second = try await rig.lease()
            #expect(second != first)
            #expect(await rig.service.leases.first?.state == .declined)
        }
    }

    @Test func writesAReleaseDown() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.lease()
            var release = rig.message(.release)
            release.clientAddress = address
            try rig.send(release)
            let again = try await rig.offer()
            #expect(again == address)
            let written = try await store.written(2)
            #expect(written.last.map { $0.expiresAt < $0.grantedAt + 600 } == true)
        }
    }

    @Test func informsAClientAtItsAddressWithoutALease() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.150/24", "dev", TestNetwork.interface)
            var inform = rig.message(.inform)
            inform.clientAddress = DHCPRig.address(150)
            let ack = try #require(try await rig.ask(inform))
            #expect(ack.frame.destination == DHCPRig.address(150))
            #expect(ack.message.yourAddress.isUnspecified)
            #expect(try ack.message.options.value(KnownOptions.leaseTime) == nil)
            #expect(try ack.message.options.value(KnownOptions.domainName) == "lab.example")
            #expect(await store.attempts == 0)
        }
    }

    @Test func renewsByUnicastToTheClientsAddress() async throws {
        try await DHCPRig.run { rig in
            let address = try await rig.lease()
            try rig.network.run(on: .client, "address", "add", "\(address)/24", "dev", TestNetwork.interface)
            var request = rig.message(.request, id: 300)
            request.clientAddress = address
            let ack = try #require(try await rig.ask(request))
            #expect(try ack.message.type == .ack)
            #expect(ack.frame.destination == address)
            #expect(ack.message.clientAddress == address)
        }
    }

    @Test func keysLeasesByMACWhateverTheClientIdentifierIs() async throws {
        try await DHCPRig.run { rig in
            let first = try await rig.lease()
            for identifier in [[1] + rig.mac.bytes, [255, 1, 2, 3, 4, 0, 2, 0, 0, 0xAB, 0x11, 9, 9]] as [[UInt8]] {
                var discover = rig.message(.discover, id: UInt32(identifier.count))
                discover.options[OptionCode(61)] = identifier
                let offered = try await rig.ask(discover)?.message.yourAddress
                #expect(offered == first)
            }
        }
    }

    @Test func goesOnWithWhatTheStoreKept() async throws {
        let kept = Lease(
            address: DHCPRig.address(42), mac: DHCPRig.mac(3), hostName: nil, grantedAt: 0, expiresAt: .max / 2)
        try await DHCPRig.run(store: MemoryLeaseStore(kept: [kept])) { rig in
            let address = try await rig.lease(to: DHCPRig.mac(3))
            #expect(address == DHCPRig.address(42))
        }
    }
}
