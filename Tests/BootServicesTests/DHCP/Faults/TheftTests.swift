import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

/// Machines that want what belongs to another one.
@Suite(.timeLimit(.minutes(1))) struct TheftTests {
    private static let owner = DHCPRig.mac(1)
    private static let thief = DHCPRig.mac(2)
    /// The relay agent's address on the server's network.
    private static let relay = DHCPRig.address(200)
    private static let identifier = OptionCode(61)

    @Test("T8: naming another host's address and its client identifier gets nobody its lease")
    func givesNoLeaseToAThief() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.lease(to: Self.owner)
            let stolen: [UInt8] = [1] + Self.owner.bytes
            var selecting = rig.request(address, mac: Self.thief, id: 801)
            selecting.options[Self.identifier] = stolen
            var rebooting = rig.message(.request, mac: Self.thief, id: 802)
            rebooting.options[Self.identifier] = stolen
            rebooting.options.set(KnownOptions.requestedAddress, address)
            var renewing = rig.message(.request, mac: Self.thief, id: 803)
            renewing.options[Self.identifier] = stolen
            renewing.clientAddress = address
            for request in [selecting, rebooting, renewing] {
                let nak = try #require(try await rig.ask(request))
                #expect(try nak.message.type == .nak)
                #expect(nak.message.yourAddress.isUnspecified && nak.frame.destination == .broadcast)
            }
            var discover = rig.message(.discover, mac: Self.thief, id: 804)
            discover.options[Self.identifier] = stolen
            discover.options.set(KnownOptions.requestedAddress, address)
            let offer = try #require(try await rig.ask(discover)).message
            #expect(try offer.type == .offer && offer.yourAddress != address)
            #expect(await store.written.map(\.mac) == [Self.owner])
            try await expectKept(address, rig)
        }
    }

    @Test("T8: a storm of forged RELEASEs and DECLINEs ends no lease and sets no address aside")
    func outlivesAStormOfForgedMessages() async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.lease(to: Self.owner)
            for number in 2...101 as ClosedRange<UInt8> {
                let before = await rig.service.statistics.ignored
                var release = rig.message(.release, mac: DHCPRig.mac(number))
                release.clientAddress = address
                try rig.send(release)
                var decline = rig.message(.decline, mac: DHCPRig.mac(number))
                decline.options.set(KnownOptions.requestedAddress, address)
                decline.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
                try rig.send(decline)
                try await rig.statistics { $0.ignored == before + 2 }
            }
            let entries = await rig.service.leases
            #expect(entries.map(\.address) == [address] && entries.map(\.state) == [.leased])
            #expect(await store.written.map(\.mac) == [Self.owner])
            try await expectKept(address, rig)
        }
    }

    @Test("T8: a RELEASE in the owner's name gives its address to nobody else while another one is free")
    func keepsAReleasedAddressForItsOwner() async throws {
        try await DHCPRig.run { rig in
            let address = try await rig.lease(to: Self.owner)
            var release = rig.message(.release, mac: Self.owner)
            release.clientAddress = address
            try rig.send(release)
            try await rig.statistics { $0.releases == 1 }
            var discover = rig.message(.discover, mac: Self.thief, id: 810)
            discover.options.set(KnownOptions.requestedAddress, address)
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.yourAddress != address)
            try await expectKept(address, rig)
            let again = try await rig.lease(to: Self.owner)
            #expect(again == address)
        }
    }

    @Test("T8: a host that declines everything takes neither leased nor reserved addresses from others")
    func outlivesAHostThatDeclinesEverything() async throws {
        let favoured = DHCPRig.mac(99)
        var plan = try DHCPRig.plan()
        plan.pools = [DHCPRig.address(10)...DHCPRig.address(29)]
        plan.reservations = [AddressReservation(mac: favoured, address: DHCPRig.address(20))]
        try await DHCPRig.run(plans: [plan]) { rig in
            let address = try await rig.lease(to: Self.owner)
            // All but the leased and the reserved one.
            for round in 1...18 {
                let offer = try #require(try await rig.ask(rig.message(.discover, mac: Self.thief, id: 820))).message
                var decline = rig.message(.decline, mac: Self.thief)
                decline.options.set(KnownOptions.requestedAddress, offer.yourAddress)
                decline.options.set(KnownOptions.serverIdentifier, DHCPRig.server)
                try rig.send(decline)
                try await rig.statistics { $0.declines == round }
            }
            let before = await rig.service.statistics.ignored
            try rig.send(rig.message(.discover, mac: Self.thief, id: 821))
            try await rig.statistics { $0.ignored == before + 1 }
            let entries = await rig.service.leases
            #expect(entries.filter { $0.state == .declined }.count == 18)
            try await expectKept(address, rig)
            let reserved = try await rig.lease(to: favoured)
            #expect(reserved == DHCPRig.address(20))
        }
    }

    @Test("T8: a DECLINE storm sets a bounded number of addresses aside, for a bounded time")
    func boundsWhatDeclinesSetAside() throws {
        var limits = LeaseLimits()
        limits.probes = false
        let server = IPv4Address(10, 0, 0, 1)
        let plan = SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.0.0/16")),
            pools: [IPv4Address(10, 0, 1, 0)...IPv4Address(10, 0, 200, 255)])
        var table = LeaseTable(plans: [plan], serverAddresses: [server], limits: limits)
        var query = LeaseQuery(mac: Self.thief, link: server, server: server)
        for number in 0..<limits.quarantined + 500 {
            query.requested = nil
            guard case .offer(let grant) = table.discover(query, now: 0) else {
                Issue.record("no offer after \(number) DECLINEs")
                return
            }
            query.requested = grant.address
            _ = table.decline(query, now: 0)
        }
        #expect(table.entries(now: 0).filter { $0.state == .declined }.count == limits.quarantined)
        #expect(table.entries(now: limits.quarantineSeconds).isEmpty)
    }

    @Test("T8: the owner's MAC address behind a relay agent of another network does not take the lease along")
    func bindsALeaseToItsLink() async throws {
        let store = MemoryLeaseStore()
        let plans = [try DHCPRig.plan(), try DHCPRig.remotePlan()]
        try await DHCPRig.run(store: store, plans: plans, prepare: Self.seatOfRelay) { rig in
            let address = try await rig.lease(to: Self.owner)
            var request = rig.message(.request, mac: Self.owner, id: 840)
            request.options.set(KnownOptions.requestedAddress, address)
            let nak = try #require(try await rig.ask(relayed(request)))
            #expect(try nak.message.type == .nak)
            #expect(nak.frame.destination == Self.relay && nak.message.wantsBroadcast)
            let discover = rig.message(.discover, mac: Self.owner, id: 841)
            let offer = try #require(try await rig.ask(relayed(discover))).message
            #expect(offer.yourAddress == IPv4Address(10, 88, 0, 10))
            #expect(await store.written.map(\.address) == [address])
            try await expectKept(address, rig)
        }
    }

    /// The owner restarts, and gets its own address again.
    private func expectKept(_ address: IPv4Address, _ rig: DHCPRig) async throws {
        var restart = rig.message(.request, mac: Self.owner, id: 890)
        restart.options.set(KnownOptions.requestedAddress, address)
        let ack = try #require(try await rig.ask(restart)).message
        #expect(try ack.type == .ack && ack.yourAddress == address)
    }

    /// The message as the relay agent of 10.88.0.0/24 passes it on.
    private func relayed(_ message: Message) -> Message {
        var message = message
        message.relayAddress = Self.relay
        message.hops = 1
        message.options[.relayAgentInformation] = [1, 1, 65, 5, 4, 10, 88, 0, 1]
        return message
    }

    /// The client's side answers ARP for the relay agent's address.
    private static func seatOfRelay(_ network: TestNetwork) throws -> DHCPRig.Seat {
        try network.run(on: .client, "address", "add", "\(relay)/24", "dev", TestNetwork.interface)
        return DHCPRig.Seat()
    }
}
