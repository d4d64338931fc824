import BootServices
import DHCP
import LinuxSystem
import NetworkTestSupport
import NetworkTypes
import Testing

/// Which way an answer goes, and whom it names as the server.
@Suite(.timeLimit(.minutes(1))) struct PathTests {
    @Test(
        "T10: each of two network cards answers its own clients, from the address that it was given",
        arguments: [false, true])
    func answersByTheCardThatWasAsked(broadcast: Bool) async throws {
        try await PathBench.run { bench in
            let seats = [
                (bench.atFirst, bench.atSecond, PathBench.first, IPv4Address(10, 77, 0, 10)),
                (bench.atSecond, bench.atFirst, PathBench.second, IPv4Address(10, 78, 0, 10)),
            ]
            for (number, (seat, other, server, address)) in seats.enumerated() {
                let id = UInt32(100 * (number + 1))
                let discover = seat.message(.discover, id: id, broadcast: broadcast)
                let offer = try #require(try await seat.ask(discover))
                var request = seat.message(.request, id: id + 1, broadcast: broadcast)
                request.options.set(KnownOptions.requestedAddress, offer.message.yourAddress)
                request.options.set(KnownOptions.serverIdentifier, server)
                let ack = try #require(try await seat.ask(request))
                let destination = broadcast ? IPv4Address.broadcast : address
                let hardware = broadcast ? MACAddress.broadcast : seat.mac
                for (answer, type) in [(offer, MessageType.offer), (ack, MessageType.ack)] {
                    #expect(try answer.message.type == type && answer.message.yourAddress == address)
                    #expect(try answer.message.options.value(KnownOptions.serverIdentifier) == server)
                    #expect(answer.frame.source == server && answer.frame.sourcePort == 67)
                    #expect(answer.frame.destination == destination)
                    #expect(answer.ethernetDestination == hardware)
                    #expect(answer.message.wantsBroadcast == broadcast)
                }
                for id in [id, id + 1] {
                    let stray = try await other.hear(id, within: .milliseconds(50))
                    #expect(stray == nil, "an answer went out by the other card too")
                }
            }
        }
    }

    @Test("T10: a server with several addresses on one card goes by the one it was told, and leaves REQUESTs to others")
    func namesTheAddressThatItWasTold() async throws {
        try await PathBench.run { bench in
            let seat = bench.atFirst
            let offer = try #require(try await seat.ask(seat.message(.discover, id: 10, broadcast: true))).message
            #expect(try offer.options.value(KnownOptions.serverIdentifier) == PathBench.first)
            var request = seat.message(.request, id: 11, broadcast: true)
            request.options.set(KnownOptions.requestedAddress, offer.yourAddress)
            // The card has this one too; the service was not told so, and a second server may have it.
            request.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
            let refused = try await seat.ask(request, within: .milliseconds(200))
            #expect(refused == nil)
            #expect(await bench.service.leases.isEmpty)
            request.transactionID = 12
            request.options.set(KnownOptions.serverIdentifier, PathBench.first)
            let ack = try #require(try await seat.ask(request)).message
            #expect(try ack.type == .ack)
        }
    }

    @Test("T10: a relay agent is answered at its address on port 67, by the card that it asked, with its option 82")
    func answersARelayAgentByItsCard() async throws {
        try await PathBench.run { bench in
            let relay = DHCPRig.address(200)
            try bench.network.run(on: .client, "address", "add", "\(relay)/24", "dev", TestNetwork.interface)
            let information: [UInt8] = [1, 2, 65, 66, 5, 4, 10, 78, 0, 200]
            var discover = bench.atFirst.message(.discover, id: 20, broadcast: true)
            discover.relayAddress = relay
            discover.hops = 1
            discover.options[.relayAgentInformation] = information
            // The link is the second card's; the answer goes to the relay agent all the same.
            let offer = try #require(try await bench.atFirst.ask(discover))
            #expect(offer.frame.destination == relay && offer.frame.destinationPort == 67)
            #expect(offer.message.yourAddress == IPv4Address(10, 78, 0, 10))
            #expect(try offer.message.options.value(KnownOptions.serverIdentifier) == PathBench.first)
            #expect(offer.message.relayAddress == relay && offer.message.wantsBroadcast)
            #expect(offer.message.options.elements.last == DHCPOption(.relayAgentInformation, information))
            let stray = try await bench.atSecond.hear(20, within: .milliseconds(50))
            #expect(stray == nil)
        }
    }

    /// Some adapters tag what their firmware sends with a priority and VLAN 0 (IEEE 802.1Q): that is no VLAN.
    @Test("T10: a DISCOVER with a priority tag is answered, one that is tagged for another VLAN is not")
    func hearsItsOwnVLANAlone() async throws {
        try await DHCPRig.run { rig in
            let tagger = try rig.network.inside(.client) {
                try PacketSocket(on: rig.wire, type: PacketSocket.EtherType(rawValue: 0x8100), receives: false)
            }
            func send(_ message: Message, tag: [UInt8]) throws {
                try tagger.send(tag + [0x08, 0x00] + message.clientBroadcast(), to: .broadcast)
            }
            // VLAN 7 first: when the second is answered, the first was heard or not.
            try send(rig.message(.discover, mac: DHCPRig.mac(1), id: 30), tag: [0x00, 0x07])
            try send(rig.message(.discover, mac: DHCPRig.mac(2), id: 31), tag: [0xE0, 0x00])
            let offer = try #require(try await rig.sniffer.next { [30, 31].contains($0.transactionID) })
            #expect(offer.message.transactionID == 31 && offer.message.yourAddress == DHCPRig.address(10))
            #expect(await rig.service.statistics.discovers == 1)
        }
    }
}
