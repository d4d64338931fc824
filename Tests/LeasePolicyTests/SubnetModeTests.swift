import LeasePolicy
import NetworkTypes
import Testing

@Suite struct SubnetModeTests {
    @Test(arguments: [SubnetMode.proxy, .off])
    func givesNoAddressWhereAnotherServerDoes(mode: SubnetMode) throws {
        var plan = try Rack.plan()
        plan.mode = mode
        let kept = Lease(
            address: Rack.address(10), mac: Rack.mac(1), hostName: nil, grantedAt: 0, expiresAt: .max / 2)
        var table = Rack.table(plan, leases: [kept])
        #expect(table.discover(Rack.query(1), now: 1).cause == .noSubnet)
        #expect(table.request(Rack.query(1, requested: 10, server: Rack.server), now: 1).cause == .noSubnet)
        #expect(table.request(Rack.query(1, requested: 10), now: 1).cause == .noSubnet)
        #expect(table.request(Rack.query(1, has: 10), now: 1).cause == .noSubnet)
        #expect(table.inform(Rack.query(1, has: 10)).cause == .noSubnet)
    }

    @Test func saysWhyThereIsNoAnswer() throws {
        var table = Rack.table(try Rack.plan(pool: 10...10, isAuthoritative: false))
        #expect(table.give(1, now: 0) == Rack.address(10))
        #expect(table.discover(Rack.query(2), now: 1).cause == .poolExhausted)
        #expect(table.discover(Rack.query(2, link: IPv4Address(10, 9, 0, 1)), now: 1).cause == .noSubnet)
        let stranger = Rack.query(2, requested: 10, server: IPv4Address(10, 0, 0, 9))
        #expect(table.request(stranger, now: 1).cause == .anotherServer)
        #expect(table.request(Rack.query(2, requested: 10), now: 1).cause == .anotherServer)
        #expect(table.decline(stranger, now: 1).cause == .anotherServer)
        #expect(table.release(Rack.query(2, has: 10), now: 1).cause == .rules)
    }
}

extension LeaseAction {
    /// Why there is no answer; nil where there is one.
    fileprivate var cause: IgnoreCause? {
        guard case .ignore(_, let cause) = self else { return nil }
        return cause
    }
}
