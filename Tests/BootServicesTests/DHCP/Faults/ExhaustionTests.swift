import BootServices
import BootTimeline
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

/// Pools that run out, and what must not make them run out.
@Suite(.timeLimit(.minutes(1))) struct ExhaustionTests {
    @Test("T5: an exhausted pool is told of, takes no active lease away, and still serves a host with a reservation")
    func servesAReservationWhereThePoolIsExhausted() async throws {
        let log = EventLog()
        let store = MemoryLeaseStore()
        let favoured = DHCPRig.mac(99)
        var plan = try DHCPRig.plan()
        plan.pools = [DHCPRig.address(10)...DHCPRig.address(12)]
        plan.reservations = [AddressReservation(mac: favoured, address: DHCPRig.address(50), hostName: "favoured")]
        try await DHCPRig.run(store: store, plans: [plan], observer: log) { rig in
            var expected: [MACAddress: IPv4Address] = [:]
            for number in 1...3 as ClosedRange<UInt8> {
                expected[DHCPRig.mac(number)] = try await rig.lease(to: DHCPRig.mac(number))
            }
            #expect(Set(expected.values) == Set([10, 11, 12].map(DHCPRig.address)))

            // Ten hosts too many, and one that asks for what another one has.
            for number in 20...29 as ClosedRange<UInt8> {
                try rig.send(rig.message(.discover, mac: DHCPRig.mac(number)))
            }
            let greedy = rig.request(DHCPRig.address(10), mac: DHCPRig.mac(30), id: 401)
            let nak = try #require(try await rig.ask(greedy))
            #expect(try nak.message.type == .nak)
            let events = try await log.events(3 * 4 + 10 * 2)
            let reasons = events.compactMap(\.reason)
            #expect(reasons == Array(repeating: UnansweredReason.poolExhausted, count: 10))

            expected[favoured] = try await rig.lease(to: favoured)
            #expect(expected[favoured] == DHCPRig.address(50))
            for (mac, address) in expected {
                var restart = rig.message(.request, mac: mac, id: 402)
                restart.options.set(KnownOptions.requestedAddress, address)
                let ack = try #require(try await rig.ask(restart))
                #expect(try ack.message.type == .ack && ack.message.yourAddress == address)
            }
            let leased = await rig.service.leases.filter { $0.state == .leased }
            let holders = leased.compactMap { entry in entry.mac.map { ($0, entry.address) } }
            #expect(Dictionary(uniqueKeysWithValues: holders) == expected)
            let written = await store.written
            #expect(Set(written.map(\.address)) == Set(expected.values))
        }
    }

    @Test("T6: firmware, loader and installed system of one host send three client identifiers and use one address")
    func givesAllBootStagesOneAddress() async throws {
        let store = MemoryLeaseStore()
        var plan = try DHCPRig.plan()
        plan.pools = [DHCPRig.address(10)...DHCPRig.address(11)]
        try await DHCPRig.run(store: store, plans: [plan]) { rig in
            for (number, stage) in Self.stages(of: rig.mac).enumerated() {
                var discover = rig.message(.discover, id: UInt32(600 + number))
                stage(&discover)
                let offer = try #require(try await rig.ask(discover)).message
                #expect(try offer.type == .offer && offer.yourAddress == DHCPRig.address(10))
                var request = rig.request(offer.yourAddress, id: UInt32(610 + number))
                stage(&request)
                let ack = try #require(try await rig.ask(request)).message
                #expect(try ack.type == .ack && ack.yourAddress == DHCPRig.address(10))
            }
            let entries = await rig.service.leases
            #expect(entries.map(\.address) == [DHCPRig.address(10)])
            #expect(await store.written.map(\.address) == Array(repeating: DHCPRig.address(10), count: 3))
            // The pool's other address is still there for another host.
            let other = try await rig.lease(to: DHCPRig.mac(2))
            #expect(other == DHCPRig.address(11))
        }
    }

    /// What each boot stage of a host says of itself: a UUID, its hardware address, and an IAID with a DUID (RFC 4361).
    private static func stages(of mac: MACAddress) -> [(inout Message) -> Void] {
        let identifier = OptionCode(61)
        return [
            { message in
                message.options.set(KnownOptions.vendorClass, "PXEClient:Arch:00007:UNDI:003000")
                message.options[identifier] = [0] + (0..<16).map { UInt8($0) }
            },
            { message in
                message.options.set(KnownOptions.userClass, UserClass("iPXE"))
                message.options[identifier] = [1] + mac.bytes
            },
            { message in
                message.options.set(KnownOptions.hostName, "node-1")
                message.options[identifier] = [255, 0x5E, 0x10, 0x20, 0x30, 0, 2, 0, 0, 0xAB, 0x11, 1, 2, 3, 4]
            },
        ]
    }
}

extension BootEvent {
    /// Why the message got no answer; nil for every other event.
    fileprivate var reason: UnansweredReason? {
        guard case .unanswered(_, let reason, _) = occurrence else { return nil }
        return reason
    }
}
