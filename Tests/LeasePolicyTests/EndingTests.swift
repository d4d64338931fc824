import LeasePolicy
import NetworkTypes
import Testing

@Suite struct EndingTests {
    @Test func setsADeclinedAddressAsideForATime() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        _ = table.give(1, now: 0)
        let action = table.decline(Rack.query(1, requested: 10, server: Rack.server), now: 1)
        #expect(action.changes == [.remove(Rack.address(10))])
        #expect(table.discover(Rack.query(1), now: 2).isIgnored)
        #expect(table.discover(Rack.query(1), now: 3601).offered == Rack.address(10))
    }

    @Test func refusesADeclineOfAnAddressThatTheClientDoesNotHave() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        #expect(table.decline(Rack.query(2, requested: 10), now: 1).isIgnored)
        #expect(table.decline(Rack.query(1, requested: 10, server: Rack.address(2)), now: 1).isIgnored)
        #expect(table.decline(Rack.query(1), now: 1).isIgnored)
        #expect(table.request(Rack.query(1, has: 10), now: 2).acknowledged == Rack.address(10))
    }

    @Test func boundsHowManyAddressesAreSetAside() throws {
        var table = Rack.table(try Rack.plan(pool: 10...19))
        for step in 0..<6 {
            let given = table.give(1, now: Int64(step))
            let address = try #require(given)
            var query = Rack.query(1)
            query.requested = address
            _ = table.decline(query, now: Int64(step))
        }
        let declined = table.entries(now: 6).filter { $0.state == .declined }.map(\.address)
        #expect(declined == [13, 14, 15].map(Rack.address))
    }

    @Test func freesAReleasedAddressButRemembersItsClient() throws {
        var table = Rack.table(try Rack.plan(pool: 10...11))
        _ = table.give(1, now: 0)
        let action = table.release(Rack.query(1, has: 10), now: 5)
        guard case .put(let lease) = action.changes.first else {
            Issue.record("nothing to write")
            return
        }
        #expect(lease.expiresAt == 5)
        #expect(table.give(2, now: 6) == Rack.address(11))
        #expect(table.give(1, now: 7) == Rack.address(10))
        _ = table.release(Rack.query(1, has: 10), now: 8)
        #expect(table.give(3, now: 9) == Rack.address(10))
    }

    @Test func ignoresAReleaseOfAnotherClientsAddress() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        #expect(table.release(Rack.query(2, has: 10), now: 1).isIgnored)
        #expect(table.release(Rack.query(2, has: 99), now: 1).isIgnored)
    }

    @Test func informsAClientThatHasAnAddressOfItsOwn() throws {
        let plan = try Rack.plan()
        let table = Rack.table(plan)
        #expect(table.inform(Rack.query(1, has: 200)) == .inform(plan))
        #expect(table.inform(Rack.query(1, has: 200, link: IPv4Address(192, 168, 0, 1))) == .inform(plan))
        #expect(table.inform(Rack.query(1, link: IPv4Address(192, 168, 0, 1))).isIgnored)
        #expect(table.entries(now: 0).isEmpty)
    }

    @Test func listsEveryAddressByItsState() throws {
        let reservation = AddressReservation(mac: Rack.mac(9), address: Rack.address(50), hostName: "nine")
        var table = Rack.table(try Rack.plan(reservations: [reservation]))
        _ = table.give(1, now: 0)
        _ = table.give(2, now: 550)
        _ = table.discover(Rack.query(3), now: 650)
        let states = table.entries(now: 650).map { "\($0.address) \($0.state)" }
        #expect(states == ["10.0.0.10 expired", "10.0.0.11 leased", "10.0.0.12 offered", "10.0.0.50 reserved"])
    }
}
