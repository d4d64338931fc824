import LeasePolicy
import NetworkTypes
import Testing

@Suite struct OfferTests {
    @Test func offersEveryAddressOnceAndThenNone() throws {
        var table = Rack.table(try Rack.plan())
        let offered = (1...4).map { table.discover(Rack.query($0), now: 0).offered }
        #expect(offered == [10, 11, 12, 13].map(Rack.address))
        #expect(table.discover(Rack.query(5), now: 0).isIgnored)
    }

    @Test func offersTheSameAddressToAClientThatAsksAgain() throws {
        var table = Rack.table(try Rack.plan())
        let first = table.discover(Rack.query(1), now: 0).offered
        #expect(table.discover(Rack.query(1), now: 50).offered == first)
        #expect(table.discover(Rack.query(2), now: 100).offered != first)
    }

    @Test func offersAnAddressAnewWhenItsOfferRanOut() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        #expect(table.discover(Rack.query(1), now: 0).offered == Rack.address(10))
        #expect(table.discover(Rack.query(2), now: 59).isIgnored)
        #expect(table.discover(Rack.query(2), now: 120).offered == Rack.address(10))
        #expect(table.request(Rack.query(1, requested: 10, server: Rack.server), now: 121).isRefused)
    }

    @Test func keepsOneAddressForOneMAC() throws {
        var table = Rack.table(try Rack.plan())
        let first = table.give(1, now: 0)
        for now in stride(from: 10 as Int64, to: 5000, by: 500) { #expect(table.give(1, now: now) == first) }
    }

    @Test func givesAReservedAddressToItsMACAlone() throws {
        let reservation = AddressReservation(mac: Rack.mac(9), address: Rack.address(10), hostName: "nine")
        var table = Rack.table(try Rack.plan(pool: 10...11, reservations: [reservation]))
        #expect(table.discover(Rack.query(1, requested: 10), now: 0).offered == Rack.address(11))
        #expect(table.discover(Rack.query(2), now: 0).isIgnored)
        guard case .offer(let grant) = table.discover(Rack.query(9), now: 0) else {
            Issue.record("no offer")
            return
        }
        #expect(grant.address == Rack.address(10) && grant.hostName == "nine")
    }

    @Test func givesAReservedAddressOutsideThePools() throws {
        let reservation = AddressReservation(mac: Rack.mac(9), address: Rack.address(200))
        var table = Rack.table(try Rack.plan(reservations: [reservation]))
        #expect(table.give(9, now: 0) == Rack.address(200))
    }

    @Test func givesWhatAClientAsksForWhereItIsUnused() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.discover(Rack.query(1, requested: 12), now: 0).offered == Rack.address(12))
        #expect(table.discover(Rack.query(2, requested: 12), now: 0).offered == Rack.address(10))
        #expect(table.discover(Rack.query(3, requested: 99), now: 0).offered == Rack.address(11))
    }

    @Test func takesTheLeaseThatRanOutLongestAgoWhenNoneIsUnused() throws {
        var table = Rack.table(try Rack.plan())
        for number in 1...4 as ClosedRange<UInt8> { _ = table.give(number, now: Int64(number)) }
        #expect(table.discover(Rack.query(5), now: 600).isIgnored)
        #expect(table.give(5, now: 700) == Rack.address(10))
        #expect(table.give(1, now: 700) == Rack.address(11))
    }

    @Test func neverGivesTheServersTheRoutersTheNetworksOrTheBroadcastAddress() throws {
        var plan = try Rack.plan(pool: 0...255)
        plan.routers = [Rack.address(2)]
        var table = Rack.table(plan, offers: 1000)
        let given = Set((0...255).compactMap { table.discover(Rack.query($0), now: 0).offered })
        #expect(given.count == 252)
        #expect(given.isDisjoint(with: [0, 1, 2, 255].map(Rack.address)))
    }

    @Test func boundsTheTableOfOffers() throws {
        var table = Rack.table(try Rack.plan(), offers: 2)
        _ = table.discover(Rack.query(1), now: 0)
        _ = table.discover(Rack.query(2), now: 0)
        #expect(table.discover(Rack.query(3), now: 0).isIgnored)
        #expect(table.discover(Rack.query(3), now: 60).offered != nil)
    }

    @Test func servesOnlyLinksThatArePlanned() throws {
        var table = Rack.table(try Rack.plan())
        let elsewhere = Rack.query(1, link: IPv4Address(10, 9, 0, 1))
        #expect(table.discover(elsewhere, now: 0).isIgnored)
        #expect(table.request(elsewhere, now: 0).isIgnored)
    }

    @Test func givesAHostThatMovesAnAddressOfItsNewSubnet() throws {
        let other = SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.1.0/24")),
            pools: [IPv4Address(10, 0, 1, 10)...IPv4Address(10, 0, 1, 20)])
        var limits = LeaseLimits()
        limits.probes = false
        var table = LeaseTable(plans: [try Rack.plan(), other], serverAddresses: [Rack.server], limits: limits)
        let first = table.give(1, now: 0)
        let moved = Rack.query(1, link: IPv4Address(10, 0, 1, 1), isRelayed: true)
        #expect(table.discover(moved, now: 1).offered == IPv4Address(10, 0, 1, 10))
        #expect(table.give(1, now: 2) == first)
    }
}
