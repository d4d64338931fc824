import LeasePolicy
import NetworkTypes
import Store
import Testing

struct ReservationTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private static func reservation(_ host: UInt8, mac: UInt8, name: String? = nil) -> AddressReservation {
        AddressReservation(mac: Fixture.mac(mac), address: IPv4Address(10, 0, 0, host), hostName: name)
    }

    @Test func keepsReservationsByTheNumberOfTheirAddress() async throws {
        let all = [Self.reservation(9, mac: 1, name: "nine"), Self.reservation(10, mac: 2)]
        try await store.write { tx in
            for reservation in all.reversed() { try tx.save(reservation) }
        }
        #expect(try await scratch.store().read { try $0.reservations() } == all)
    }

    @Test func writesOverWhatStandsAtAnAddress() async throws {
        try await store.write { try $0.save(Self.reservation(9, mac: 1, name: "nine")) }
        try await store.write { try $0.save(Self.reservation(9, mac: 2)) }
        #expect(try await store.read { try $0.reservations() } == [Self.reservation(9, mac: 2)])
    }

    @Test func forgetsAReservation() async throws {
        let address = IPv4Address(10, 0, 0, 9)
        try await store.write { try $0.save(Self.reservation(9, mac: 1)) }
        #expect(try await store.write { try $0.removeReservation(of: address) })
        #expect(try await store.write { try $0.removeReservation(of: address) } == false)
        #expect(try await store.read { try $0.reservations() } == [])
    }

    @Test func tellsOfADamagedRow() async throws {
        try await scratch.execute("INSERT INTO reservations (address, mac) VALUES ('10.0.0.9', 'x')")
        let error = await #expect(throws: StoreError.self) { try await store.read { try $0.reservations() } }
        #expect(error?.description.contains("table reservations is damaged") == true)
    }
}
