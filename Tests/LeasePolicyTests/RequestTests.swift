import LeasePolicy
import NetworkTypes
import Testing

@Suite struct RequestTests {
    @Test func writesNothingForAnOfferAndOneLeaseForAnACK() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.discover(Rack.query(1), now: 100).changes.isEmpty)
        let action = table.request(Rack.query(1, requested: 10, server: Rack.server), now: 100)
        let lease = Lease(
            address: Rack.address(10), mac: Rack.mac(1), hostName: "host-1", grantedAt: 100, expiresAt: 700)
        #expect(action.acknowledged == Rack.address(10))
        #expect(action.changes == [.put(lease)])
    }

    @Test func freesTheOfferOfAClientThatChoseAnotherServer() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10))
        _ = table.discover(Rack.query(1), now: 0)
        #expect(table.request(Rack.query(1, requested: 77, server: Rack.address(2)), now: 1).isIgnored)
        #expect(table.discover(Rack.query(2), now: 1).offered == Rack.address(10))
    }

    @Test func refusesAnAddressThatAnotherClientHas() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        #expect(table.request(Rack.query(2, requested: 10, server: Rack.server), now: 1).isRefused)
    }

    @Test func takesAFreeAddressWhoseOfferWasForgottenInARestart() throws {
        var table = Rack.table(try Rack.plan())
        #expect(
            table.request(Rack.query(1, requested: 12, server: Rack.server), now: 0).acknowledged == Rack.address(12))
    }

    @Test func repeatsTheACKOfARepeatedRequest() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        let again = table.request(Rack.query(1, requested: 10, server: Rack.server), now: 1)
        #expect(again.acknowledged == Rack.address(10))
    }

    @Test(arguments: [true, false])
    func renewsAndRebindsTheLeaseOfItsClient(isRebinding: Bool) throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        let action = table.request(Rack.query(1, has: 10), now: 300)
        #expect(action.acknowledged == Rack.address(10))
        guard case .put(let lease) = action.changes.first else {
            Issue.record("nothing to write")
            return
        }
        #expect(lease.expiresAt == 900)
    }

    @Test func renewsByAnotherOfItsNetworks() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        let query = Rack.query(1, has: 10, link: IPv4Address(192, 168, 0, 1))
        #expect(table.request(query, now: 300).acknowledged == Rack.address(10))
    }

    @Test(arguments: [true, false])
    func refusesToRenewAForeignAddressOnlyWhereItIsAuthoritative(isAuthoritative: Bool) throws {
        var table = Rack.table(try Rack.plan(isAuthoritative: isAuthoritative))
        _ = table.give(1, now: 0)
        for host in [10, 11, 99] as [UInt8] {
            let action = table.request(Rack.query(2, has: host), now: 1)
            #expect(action.isRefused == isAuthoritative)
            #expect(action.isIgnored == !isAuthoritative)
        }
    }

    @Test func confirmsTheAddressOfAClientThatRestarted() throws {
        var table = Rack.table(try Rack.plan())
        _ = table.give(1, now: 0)
        #expect(table.request(Rack.query(1, requested: 10), now: 400).acknowledged == Rack.address(10))
        #expect(table.request(Rack.query(1, requested: 11), now: 400).isRefused)
    }

    @Test(arguments: [true, false])
    func refusesTheAddressOfAnotherNetworkAfterARestartOnlyWhereItIsAuthoritative(isAuthoritative: Bool) throws {
        var table = Rack.table(try Rack.plan(isAuthoritative: isAuthoritative))
        var query = Rack.query(1)
        query.requested = IPv4Address(192, 168, 7, 7)
        let action = table.request(query, now: 0)
        #expect(action.isRefused == isAuthoritative)
        #expect(action.isIgnored == !isAuthoritative)
    }

    @Test func ignoresARequestThatNamesNoAddress() throws {
        var table = Rack.table(try Rack.plan())
        #expect(table.request(Rack.query(1), now: 0).isIgnored)
        #expect(table.request(Rack.query(1, server: Rack.server), now: 0).isIgnored)
    }

    @Test func movesAClientToItsNewReservation() throws {
        let kept = Lease(
            address: Rack.address(11), mac: Rack.mac(9), hostName: nil, grantedAt: 0, expiresAt: 600)
        let reservation = AddressReservation(mac: Rack.mac(9), address: Rack.address(50))
        var table = Rack.table(try Rack.plan(reservations: [reservation]), leases: [kept])
        #expect(table.request(Rack.query(9, has: 11), now: 10).isRefused)
        #expect(table.discover(Rack.query(9), now: 11).offered == Rack.address(50))
        let action = table.request(Rack.query(9, requested: 50, server: Rack.server), now: 12)
        #expect(action.changes.first == .remove(Rack.address(11)))
        #expect(action.changes.count == 2)
    }

    @Test func goesOnWithTheLeasesThatAStoreKept() throws {
        let kept = Lease(
            address: Rack.address(12), mac: Rack.mac(3), hostName: nil, grantedAt: 0, expiresAt: 600)
        let foreign = Lease(
            address: IPv4Address(172, 16, 0, 1), mac: Rack.mac(3), hostName: nil, grantedAt: 9, expiresAt: 600)
        var table = Rack.table(try Rack.plan(), leases: [foreign, kept])
        #expect(table.discover(Rack.query(3), now: 1).offered == Rack.address(12))
        #expect(table.request(Rack.query(3, has: 12), now: 1).acknowledged == Rack.address(12))
    }

    @Test func believesTheNewestOfTwoKeptLeasesOfOneMAC() throws {
        let old = Lease(address: Rack.address(10), mac: Rack.mac(3), hostName: nil, grantedAt: 5, expiresAt: 605)
        let new = Lease(address: Rack.address(11), mac: Rack.mac(3), hostName: nil, grantedAt: 9, expiresAt: 609)
        var table = Rack.table(try Rack.plan(), leases: [new, old])
        #expect(table.discover(Rack.query(3), now: 10).offered == Rack.address(11))
        #expect(table.entries(now: 10).count == 1)
    }
}
