import LeasePolicy
import NetworkTypes
import Testing

@Suite struct ReplanTests {
    /// 10.0.1.0/24, which is none of the rack's.
    private static func elsewhere() throws -> SubnetPlan {
        SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.1.0/24")),
            pools: [IPv4Address(10, 0, 1, 10)...IPv4Address(10, 0, 1, 20)])
    }

    @Test func keepsLeasesWhoseAddressesAreStillGiven() throws {
        var table = Rack.table(try Rack.plan())
        let given = table.give(1, now: 0)
        let address = try #require(given)
        table.replan([try Self.elsewhere(), try Rack.plan(pool: 10...200)], now: 1)
        let renewal = table.request(Rack.query(1, has: 10), now: 2)
        #expect(renewal.acknowledged == address)
        #expect(table.entries(now: 2).map(\.address) == [address])
    }

    @Test func keepsAnOfferThatTheClientHasNotAnsweredYet() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.discover(Rack.query(1), now: 0).offered == Rack.address(10))
        table.replan([try Self.elsewhere(), try Rack.plan()], now: 1)
        #expect(table.discover(Rack.query(2), now: 1).offered == Rack.address(11))
        let request = Rack.query(1, requested: 10, server: Rack.server)
        #expect(table.request(request, now: 2).acknowledged == Rack.address(10))
    }

    @Test func dropsAnOfferThatTheNewPlansDoNotGive() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.discover(Rack.query(1), now: 0).offered == Rack.address(10))
        table.replan([try Rack.plan(pool: 50...60)], now: 1)
        #expect(table.request(Rack.query(1, requested: 10, server: Rack.server), now: 2).isRefused)
        #expect(table.discover(Rack.query(1), now: 3).offered == Rack.address(50))
    }

    @Test func takesTheResultOfAProbeThatBeganUnderTheOldPlans() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        table.replan([try Rack.plan()], now: 1)
        #expect(table.probed(Rack.address(10), inUse: false, now: 1).offered == Rack.address(10))
    }

    @Test func keepsAnAddressSetAside() throws {
        var table = Rack.table(try Rack.plan(pool: 10...11), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        #expect(table.probed(Rack.address(10), inUse: true, now: 0) == .probe(Rack.address(11)))
        table.replan([try Rack.plan(pool: 10...12)], now: 1)
        #expect(table.discover(Rack.query(2), now: 1) == .probe(Rack.address(12)))
        #expect(table.entries(now: 1).first { $0.address == Rack.address(10) }?.state == .declined)
    }

    @Test func refusesALeaseOutsideThePoolsOnceItsClientAsks() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.give(1, now: 0) == Rack.address(10))
        table.replan([try Rack.plan(pool: 50...60)], now: 1)
        #expect(table.request(Rack.query(1, has: 10), now: 2).isRefused)
        #expect(table.give(1, now: 3) == Rack.address(50))
    }

    @Test func remembersLeasesOfASubnetThatComesBack() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.give(1, now: 0) == Rack.address(10))
        table.replan([try Self.elsewhere()], now: 1)
        #expect(table.entries(now: 1).isEmpty)
        #expect(table.discover(Rack.query(1), now: 1).isIgnored)
        table.replan([try Self.elsewhere(), try Rack.plan()], now: 2)
        #expect(table.request(Rack.query(1, has: 10), now: 3).acknowledged == Rack.address(10))
    }

    @Test func givesANewReservationToItsOwnerAlone() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.discover(Rack.query(1), now: 0).offered == Rack.address(10))
        let reservation = AddressReservation(mac: Rack.mac(9), address: Rack.address(10))
        table.replan([try Rack.plan(reservations: [reservation])], now: 1)
        #expect(table.request(Rack.query(1, requested: 10, server: Rack.server), now: 2).isRefused)
        #expect(table.give(9, now: 3) == Rack.address(10))
    }

    @Test func looksAgainForAnAddressWhereThereWasNone() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        #expect(table.give(1, now: 0) == Rack.address(10))
        #expect(table.discover(Rack.query(2), now: 1).isIgnored)
        table.replan([try Rack.plan(pool: 10...11)], now: 2)
        #expect(table.give(2, now: 2) == Rack.address(11))
    }

    @Test func freesALeaseForTheNextClient() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        #expect(table.give(1, now: 0) == Rack.address(10))
        #expect(table.discover(Rack.query(2), now: 1).isIgnored)
        let outcome = table.free(Rack.address(10))
        let freed = try #require(outcome)
        #expect(freed.changes == [.remove(Rack.address(10))])
        #expect(freed.lease?.mac == Rack.mac(1))
        #expect(table.request(Rack.query(1, has: 10), now: 2).isRefused)
        #expect(table.give(2, now: 3) == Rack.address(10))
    }

    @Test func freesOffersAndAddressesSetAsideWithoutAWrite() throws {
        var table = Rack.table(try Rack.plan(pool: 10...11), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        #expect(table.probed(Rack.address(10), inUse: true, now: 0) == .probe(Rack.address(11)))
        #expect(table.free(Rack.address(10))?.changes == [])
        #expect(table.free(Rack.address(11))?.changes == [])
        #expect(table.free(Rack.address(12)) == nil)
        #expect(table.entries(now: 1).isEmpty)
    }

    @Test func freesALeaseThatNoPlanHolds() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.give(1, now: 0) == Rack.address(10))
        table.replan([try Self.elsewhere()], now: 1)
        #expect(table.free(Rack.address(10))?.changes == [.remove(Rack.address(10))])
        table.replan([try Rack.plan()], now: 2)
        #expect(table.entries(now: 2).isEmpty)
    }

    @Test func takesAFreedLeaseBackUnlessItsAddressIsGivenAgain() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        #expect(table.give(1, now: 0) == Rack.address(10))
        let freed = table.free(Rack.address(10))
        let lease = try #require(freed?.lease)
        table.readmit(lease)
        #expect(table.holder(of: Rack.address(10)) == Rack.mac(1))
        _ = table.free(Rack.address(10))
        #expect(table.give(2, now: 1) == Rack.address(10))
        table.readmit(lease)
        #expect(table.holder(of: Rack.address(10)) == Rack.mac(2))
    }
}
