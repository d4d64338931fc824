import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

/// Messages of clients and relay agents that are not where they say.
@Suite(.timeLimit(.minutes(1))) struct MisplacedMessageTests {
    /// A host of a network that no plan holds.
    private static let stranger = IPv4Address(192, 168, 50, 7)
    /// What no client has for an address and no relay agent for its own.
    private static let impossible = [
        IPv4Address.broadcast, IPv4Address(127, 0, 0, 1), IPv4Address(224, 0, 0, 1), IPv4Address(0, 0, 0, 1),
        IPv4Address(10, 99, 0, 1), stranger,
    ]

    @Test("T3: a REQUEST straight from a network without a plan is refused where the server decides")
    func refusesAUnicastRequestFromAnUnknownNetwork() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store, prepare: Self.seatWithRouteBack) { rig in
            let sender = try DirectSender(in: rig.network)
            let requests = requests(rig)
            for request in requests {
                try sender.send(request, from: Self.stranger)
                let nak = try #require(try await rig.sniffer.next { $0.transactionID == request.transactionID })
                #expect(try nak.message.type == .nak)
                #expect(nak.frame.destination == .broadcast && nak.message.yourAddress.isUnspecified)
            }
            #expect(await rig.service.statistics.naks == requests.count)
            #expect(await rig.service.leases.isEmpty)
            #expect(await store.attempts == 0)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    @Test("T3: a REQUEST straight from a network without a plan gets no answer where none of the networks has one")
    func ignoresAUnicastRequestWhereNothingIsPlanned() async throws {
        let plans = [try DHCPRig.remotePlan()]
        try await DHCPRig.run(plans: plans, prepare: Self.seatWithRouteBack) { rig in
            let before = await rig.service.statistics
            let sender = try DirectSender(in: rig.network)
            let requests = requests(rig)
            for request in requests { try sender.send(request, from: Self.stranger) }
            let after = try await rig.statistics { $0.ignored == before.ignored + requests.count }
            #expect(after.requests == requests.count && after.naks == 0 && after.acks == before.acks)
            #expect(await rig.service.leases.isEmpty)

            var discover = rig.message(.discover, id: 390)
            discover.options.set(KnownOptions.subnetSelection, IPv4Address(10, 88, 0, 0))
            let offer = try await rig.ask(discover)
            #expect(offer?.message.yourAddress == IPv4Address(10, 88, 0, 10))
        }
    }

    @Test("T3: a relay agent's address that is none gets no answer and holds no address")
    func ignoresImpossibleRelayAgents() async throws {
        try await DHCPRig.run { rig in
            let before = await rig.service.statistics.ignored
            for (number, relay) in Self.impossible.enumerated() {
                var discover = rig.message(.discover, mac: DHCPRig.mac(UInt8(number)), id: 300)
                discover.relayAddress = relay
                discover.hops = 255
                try rig.send(discover)
            }
            let statistics = try await rig.statistics { $0.ignored == before + Self.impossible.count }
            #expect(statistics.offers == 0 && statistics.failedSends == 0)
            #expect(await rig.service.leases.isEmpty)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    /// The server answers itself, or a whole network, once: nothing comes of it.
    @Test("T3: a relay agent's address that is the server's own or the broadcast address starts no conversation")
    func hasNoConversationWithItself() async throws {
        try await DHCPRig.run { rig in
            for (number, relay) in [DHCPRig.server, DHCPRig.address(255)].enumerated() {
                var discover = rig.message(.discover, mac: DHCPRig.mac(1), id: UInt32(310 + number))
                discover.relayAddress = relay
                try rig.send(discover)
                try await rig.statistics { $0.offers + $0.failedSends == number + 1 }
            }
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(11), "the one that asked by relay was offered the first")
            let statistics = await rig.service.statistics
            #expect(statistics.discovers == 3 && statistics.requests == 1)
        }
    }

    @Test("T3: a client that says it has an address outside its network is refused by broadcast, never at that address")
    func refusesToRenewAddressesOutside() async throws {
        try await DHCPRig.run { rig in
            let addresses = Self.impossible + [DHCPRig.server, DHCPRig.address(255), DHCPRig.address(0)]
            for (number, address) in addresses.enumerated() {
                var request = rig.message(.request, id: UInt32(320 + number))
                request.clientAddress = address
                let nak = try #require(try await rig.ask(request))
                #expect(try nak.message.type == .nak)
                #expect(nak.frame.destination == .broadcast && nak.ethernetDestination == .broadcast)
            }
            #expect(await rig.service.leases.isEmpty)
            let address = try await rig.lease()
            #expect(address == DHCPRig.address(10))
        }
    }

    @Test("T3: nobody ends, declines or changes another host's lease, or learns an address from it")
    func keepsLeasesFromOthers() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let owner = DHCPRig.mac(1)
            let address = try await rig.lease(to: owner)
            let before = await rig.service.statistics
            var release = rig.message(.release, mac: DHCPRig.mac(2))
            release.clientAddress = address
            var decline = rig.message(.decline, mac: DHCPRig.mac(2))
            decline.options.set(KnownOptions.requestedAddress, address)
            var namedDecline = decline
            namedDecline.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
            var emptyRelease = rig.message(.release, mac: DHCPRig.mac(2))
            emptyRelease.clientAddress = Self.stranger
            let messages = [release, decline, namedDecline, emptyRelease, rig.message(.decline, mac: DHCPRig.mac(2))]
            for message in messages { try rig.send(message) }
            try await rig.statistics { $0.ignored == before.ignored + messages.count }

            // What the owner would be told is told to its address, and gives none.
            try rig.network.run(on: .client, "address", "add", "\(address)/24", "dev", TestNetwork.interface)
            var inform = rig.message(.inform, mac: DHCPRig.mac(2), id: 340)
            inform.clientAddress = address
            let answer = try #require(try await rig.ask(inform))
            #expect(answer.frame.destination == address && answer.message.yourAddress.isUnspecified)
            #expect(try answer.message.options.value(KnownOptions.leaseTime) == nil)

            #expect(await store.written.map(\.mac) == [owner])
            let entries = await rig.service.leases
            #expect(entries.map(\.address) == [address] && entries.map(\.state) == [.leased])
            var restart = rig.message(.request, mac: owner, id: 341)
            restart.options.set(KnownOptions.requestedAddress, address)
            let ack = try #require(try await rig.ask(restart))
            #expect(try ack.message.type == .ack)
        }
    }

    /// REQUESTs of every kind that name an address of another network.
    private func requests(_ rig: DHCPRig) -> [Message] {
        var renewal = rig.message(.request, id: 301)
        renewal.clientAddress = Self.stranger
        var talkative = renewal
        talkative.transactionID = 302
        talkative.options.set(KnownOptions.hostName, "a.b.c")
        talkative.options.set(KnownOptions.parameterRequestList, (1...100).map { OptionCode($0) })
        talkative.options[OptionCode(61)] = [255, 0, 0, 0, 1] + Array(repeating: 7, count: 40)
        talkative.options[OptionCode(81)] = [0, 0, 0, 255]
        var chosen = rig.message(.request, id: 303)
        chosen.options.set(KnownOptions.requestedAddress, Self.stranger)
        chosen.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
        var restart = rig.message(.request, id: 304)
        restart.options.set(KnownOptions.requestedAddress, Self.stranger)
        return [renewal, talkative, chosen, restart]
    }

    /// Lets the server's kernel take packets of the strange network in.
    private static func seatWithRouteBack(_ network: TestNetwork) throws -> DHCPRig.Seat {
        try network.run(on: .server, "route", "add", "192.168.50.0/24", "dev", TestNetwork.interface)
        return DHCPRig.Seat()
    }
}
