import LeasePolicy
import NetworkTypes
import Testing

@Suite struct ReservationBookTests {
    private static let configured = AddressReservation(mac: Rack.mac(1), address: Rack.address(20), hostName: "one")

    private func book() throws -> ReservationBook {
        var plan = try Rack.plan(reservations: [Self.configured])
        plan.routers = [Rack.address(254)]
        return ReservationBook(plans: [plan], serverAddresses: [Rack.server])
    }

    private func reservation(_ mac: UInt8, _ host: UInt8, _ name: String? = nil) -> AddressReservation {
        AddressReservation(mac: Rack.mac(mac), address: Rack.address(host), hostName: name)
    }

    @Test func addsReservationsToThePlanOfTheirSubnet() throws {
        var book = try book()
        #expect(try book.add(reservation(3, 31)))
        #expect(try book.add(reservation(2, 30, "two.rack.example")))
        let merged = try #require(book.merged.first).reservations
        #expect(merged == [Self.configured, reservation(2, 30, "two.rack.example"), reservation(3, 31)])
    }

    @Test func passesOverWhatIsThereAlready() throws {
        var book = try book()
        #expect(try book.add(Self.configured) == false)
        #expect(try book.add(reservation(2, 30)))
        #expect(try book.add(reservation(2, 30)) == false)
        #expect(book.merged.first?.reservations.count == 2)
    }

    @Test func letsTheConfigurationWin() throws {
        var book = try book()
        let taken = ReservationConflict.addressTaken(Self.configured, isConfigured: true)
        #expect(throws: taken) { try book.add(reservation(2, 20)) }
        #expect(throws: taken) { try book.add(reservation(1, 20, "another")) }
        let subnet = try #require(IPv4Subnet("10.0.0.0/24"))
        #expect(throws: ReservationConflict.macTaken(Self.configured, subnet, isConfigured: true)) {
            try book.add(reservation(1, 21))
        }
        #expect(book.merged.first?.reservations == [Self.configured])
    }

    @Test func refusesAnAddressOrAMACThatCameBefore() throws {
        var book = try book()
        let first = reservation(2, 30)
        #expect(try book.add(first))
        #expect(throws: ReservationConflict.addressTaken(first, isConfigured: false)) {
            try book.add(reservation(3, 30))
        }
        let subnet = try #require(IPv4Subnet("10.0.0.0/24"))
        #expect(throws: ReservationConflict.macTaken(first, subnet, isConfigured: false)) {
            try book.add(reservation(2, 31))
        }
    }

    @Test func refusesAnAddressInNoSubnet() throws {
        var book = try book()
        let address = IPv4Address(10, 9, 0, 1)
        #expect(throws: ReservationConflict.outsideEverySubnet(address)) {
            try book.add(AddressReservation(mac: Rack.mac(2), address: address))
        }
    }

    @Test(arguments: [0, 1, 254, 255] as [UInt8])
    func refusesAddressesThatNoHostCanHave(host: UInt8) throws {
        var book = try book()
        #expect(throws: ReservationConflict.noHostAddress(Rack.address(host))) { try book.add(reservation(2, host)) }
    }

    @Test(arguments: [MACAddress.zero, .broadcast])
    func refusesMACsThatNoHostCanHave(mac: MACAddress) throws {
        var book = try book()
        #expect(throws: ReservationConflict.noHostMAC(mac)) {
            try book.add(AddressReservation(mac: mac, address: Rack.address(30)))
        }
    }

    @Test(arguments: ["", "a b", "-a", "a-", "a..b", "ä", "a_b", String(repeating: "a", count: 64)])
    func refusesNamesThatNoHostCanHave(name: String) throws {
        var book = try book()
        #expect(throws: ReservationConflict.noHostName(name)) { try book.add(reservation(2, 30, name)) }
    }

    @Test func givesOneMACAnAddressInEachSubnet() throws {
        let other = SubnetPlan(subnet: try #require(IPv4Subnet("10.0.1.0/24")), pools: [])
        var book = ReservationBook(plans: [try Rack.plan(), other], serverAddresses: [])
        #expect(try book.add(reservation(2, 30)))
        let second = AddressReservation(mac: Rack.mac(2), address: IPv4Address(10, 0, 1, 30))
        #expect(try book.add(second))
        #expect(book.merged.map(\.reservations) == [[reservation(2, 30)], [second]])
    }
}
