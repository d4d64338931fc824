import LeasePolicy
import NetworkTypes
import Testing

@Suite struct ProbeTests {
    @Test func probesAnAddressBeforeItsFirstUseOnly() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        #expect(table.probed(Rack.address(10), inUse: false, now: 1).offered == Rack.address(10))
        #expect(
            table.request(Rack.query(1, requested: 10, server: Rack.server), now: 1).acknowledged == Rack.address(10))
        #expect(table.discover(Rack.query(1), now: 2).offered == Rack.address(10))
    }

    @Test func doesNotProbeForARepeatedDiscover() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        _ = table.discover(Rack.query(1), now: 0)
        #expect(table.discover(Rack.query(1), now: 0).isIgnored)
        _ = table.probed(Rack.address(10), inUse: false, now: 1)
        #expect(table.discover(Rack.query(1), now: 2).offered == Rack.address(10))
    }

    @Test func aProbeThatCouldNotBeSentHoldsNobodyUp() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        table.probeFailed(Rack.address(10))
        #expect(table.discover(Rack.query(1), now: 1) == .probe(Rack.address(11)))
        #expect(table.probed(Rack.address(11), inUse: false, now: 2).offered == Rack.address(11))
        // What is offered already stays so.
        table.probeFailed(Rack.address(11))
        #expect(
            table.request(Rack.query(1, requested: 11, server: Rack.server), now: 3).acknowledged == Rack.address(11))
    }

    @Test func takesTheNextAddressWhereAnotherMachineAnswers() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        _ = table.discover(Rack.query(1), now: 0)
        #expect(table.probed(Rack.address(10), inUse: true, now: 1) == .probe(Rack.address(11)))
        #expect(table.probed(Rack.address(11), inUse: false, now: 2).offered == Rack.address(11))
        #expect(table.discover(Rack.query(2, requested: 10), now: 3) == .probe(Rack.address(12)))
        #expect(table.entries(now: 3).contains { $0.address == Rack.address(10) && $0.state == .declined })
    }

    @Test func probesAnAddressThatAnotherClientHadBefore() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10), probes: true)
        _ = table.discover(Rack.query(1), now: 0)
        _ = table.probed(Rack.address(10), inUse: false, now: 0)
        _ = table.request(Rack.query(1, requested: 10, server: Rack.server), now: 0)
        #expect(table.discover(Rack.query(2), now: 700) == .probe(Rack.address(10)))
    }

    @Test func probesBeforeAnACKWhoseOfferWasForgotten() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        let request = Rack.query(1, requested: 12, server: Rack.server)
        #expect(table.request(request, now: 0) == .probe(Rack.address(12)))
        #expect(table.request(request, now: 0).isIgnored)
        #expect(table.probed(Rack.address(12), inUse: false, now: 1).acknowledged == Rack.address(12))
        #expect(table.request(Rack.query(2, requested: 13, server: Rack.server), now: 2) == .probe(Rack.address(13)))
        #expect(table.probed(Rack.address(13), inUse: true, now: 3).isRefused)
    }

    @Test(arguments: [true, false])
    func refusesARequestedAddressThatIsInUseOnlyWhereItIsAuthoritative(isAuthoritative: Bool) throws {
        var table = Rack.table(try Rack.plan(isAuthoritative: isAuthoritative), probes: true)
        let request = Rack.query(1, requested: 12, server: Rack.server)
        #expect(table.request(request, now: 0) == .probe(Rack.address(12)))
        let action = table.probed(Rack.address(12), inUse: true, now: 1)
        #expect(action.isRefused == isAuthoritative)
        #expect(action.isIgnored == !isAuthoritative)
        #expect(table.entries(now: 1).map(\.state) == [.declined])
        #expect(table.request(request, now: 2).isRefused == isAuthoritative)
    }

    @Test(arguments: [true, false])
    func neverRefusesADiscover(isAuthoritative: Bool) throws {
        var table = Rack.table(try Rack.plan(pool: 10...11, isAuthoritative: isAuthoritative), probes: true)
        #expect(table.discover(Rack.query(1), now: 0) == .probe(Rack.address(10)))
        #expect(table.probed(Rack.address(10), inUse: true, now: 1) == .probe(Rack.address(11)))
        #expect(table.probed(Rack.address(11), inUse: true, now: 2).isIgnored)
        #expect(table.discover(Rack.query(1), now: 3).isIgnored)
    }

    @Test func doesNotProbeNetworksBehindARelay() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        #expect(table.discover(Rack.query(1, isRelayed: true), now: 0).offered == Rack.address(10))
    }

    @Test func ignoresAProbeThatNobodyWaitsFor() throws {
        var table = Rack.table(try Rack.plan(), probes: true)
        #expect(table.probed(Rack.address(10), inUse: true, now: 0).isIgnored)
        #expect(table.entries(now: 0).isEmpty)
    }
}
