import BootServices
import DHCP
import LeasePolicy
import LinuxSystem
import NetworkTestSupport
import NetworkTypes
import Testing

/// More DISCOVERs than the server can answer.
@Suite(.timeLimit(.minutes(1))) struct FloodTests {
    /// How often PXE firmware asks before it gives up (PXE 2.1, section 2.2).
    private static let tries = 4

    @Test("T4: 50 known hosts are all served within firmware's four tries while 10,000 strangers a second ask")
    func servesKnownHostsDuringAFlood() async throws {
        let leased = Dictionary(
            uniqueKeysWithValues: (1...25 as ClosedRange<UInt8>).map { (DHCPRig.mac($0), DHCPRig.address(9 + $0)) })
        let reserved = Dictionary(
            uniqueKeysWithValues: (101...125 as ClosedRange<UInt8>).map { (DHCPRig.mac($0), DHCPRig.address(50 + $0)) })
        let hosts = leased.merging(reserved) { first, _ in first }
        var plan = try DHCPRig.plan()
        plan.reservations = reserved.map { AddressReservation(mac: $0.key, address: $0.value) }
        let store = MemoryLeaseStore(
            kept: leased.map {
                Lease(address: $0.value, mac: $0.key, hostName: nil, grantedAt: 0, expiresAt: .max / 2)
            })
        try await DHCPRig.run(store: store, plans: [plan]) { rig in
            try await flood(rig) { flood in
                // By then the strangers hold what is free of the pool.
                try await rig.statistics { $0.ignored >= 1000 }
                let before = flood.sent
                #expect(await store.attempts == 0, "an OFFER writes nothing")
                let discovers = hosts.keys.map { rig.message(.discover, mac: $0, id: 700, broadcast: true) }
                let offers = try await answers(.offer, to: discovers, rig)
                #expect(offers == hosts)
                let requests = offers.map { rig.request($0.value, mac: $0.key, id: 701, broadcast: true) }
                let acks = try await answers(.ack, to: requests, rig)
                #expect(acks == hosts)
                #expect(flood.sent > before, "the flood went on meanwhile")
            }
            let statistics = await rig.service.statistics
            #expect(statistics.isGivingLeases && statistics.malformed == 0)
            let written = await store.written
            #expect(written.allSatisfy { hosts[$0.mac] == $0.address }, "nothing is written but the ACKs' leases")
            let offered = await rig.service.leases.filter { $0.state == .offered }
            #expect(offered.allSatisfy { $0.mac?.bytes.starts(with: DiscoverFlood.prefix) == true })
            #expect(offered.count <= 90 - leased.count)
        }
    }

    @Test("T4: strangers fill a bounded table of offers, in which a known host always has a place")
    func boundsTheOffersOfStrangersAlone() throws {
        var limits = LeaseLimits()
        limits.probes = false
        let plan = SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.0.0/16")),
            pools: [IPv4Address(10, 0, 1, 0)...IPv4Address(10, 0, 200, 255)],
            reservations: [AddressReservation(mac: DHCPRig.mac(1), address: IPv4Address(10, 0, 0, 50))])
        func lease(_ number: UInt8, expiresAt: Int64) -> Lease {
            Lease(
                address: IPv4Address(10, 0, 200, number), mac: DHCPRig.mac(number), hostName: nil, grantedAt: 0,
                expiresAt: expiresAt)
        }
        let server = IPv4Address(10, 0, 0, 1)
        var table = LeaseTable(
            plans: [plan], serverAddresses: [server],
            leases: [lease(2, expiresAt: 5000), lease(3, expiresAt: 10)], limits: limits)
        for number in 0..<limits.offers + 1000 {
            let tail = [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
            let mac = try #require(MACAddress(DiscoverFlood.prefix + tail))
            _ = table.discover(LeaseQuery(mac: mac, link: server), now: 100)
        }
        #expect(table.entries(now: 100).filter { $0.state == .offered }.count == limits.offers)
        // A reservation, a lease, and a lease that has run out.
        let expected: [UInt8: IPv4Address] = [
            1: IPv4Address(10, 0, 0, 50), 2: IPv4Address(10, 0, 200, 2), 3: IPv4Address(10, 0, 200, 3),
        ]
        for (number, address) in expected {
            let action = table.discover(LeaseQuery(mac: DHCPRig.mac(number), link: server), now: 100)
            guard case .offer(let grant) = action else {
                Issue.record("host \(number) is not offered \(address): \(action)")
                continue
            }
            #expect(grant.address == address)
        }
    }

    /// Runs `body` while strangers ask, from a thread of their own.
    private func flood(_ rig: DHCPRig, _ body: (DiscoverFlood) async throws -> Void) async throws {
        let socket = try rig.network.inside(.client) {
            try PacketSocket(on: NetworkInterfaces().named(TestNetwork.interface), type: .ipv4, receives: false)
        }
        let flood = try DiscoverFlood(on: socket, rate: 10_000)
        try await flood.whileSending { try await body(flood) }
    }

    /// The address in each host's first answer of the wanted type. Every host asks up to `tries` times, a second apart.
    private func answers(
        _ type: MessageType, to messages: [Message], _ rig: DHCPRig
    ) async throws -> [MACAddress: IPv4Address] {
        let asking = Set(messages.compactMap(\.macAddress))
        var answers: [MACAddress: IPv4Address] = [:]
        for _ in 0..<Self.tries where answers.count < asking.count {
            for message in messages {
                guard let mac = message.macAddress, answers[mac] == nil else { continue }
                try rig.send(message)
            }
            let next = ContinuousClock.now.advanced(by: .seconds(1))
            while answers.count < asking.count {
                let sighting = try await rig.sniffer.next(within: ContinuousClock.now.duration(to: next)) {
                    try $0.type == type && $0.macAddress.map(asking.contains) == true
                }
                guard let message = sighting?.message, let mac = message.macAddress else { break }
                answers[mac] = message.yourAddress
            }
        }
        return answers
    }
}
