import BootPolicy
import NetworkTypes
import Provisioning
import Store
import Testing

struct PlacementTests {
    private static let place = Placement(name: "db1", rack: "R'12", unit: 7, port: "Eth1/7 of leaf-1")

    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func place(_ mac: UInt8, at placement: Placement) async throws {
        try await store.write { try $0.place(Fixture.mac(mac), at: placement) }
    }

    private func placement(of macs: UInt8...) async throws -> Placement? {
        let macs = macs.map { Fixture.mac($0) }
        return try await store.read { try $0.placement(of: macs) }
    }

    private func isPlaced(_ mac: UInt8, at placement: Placement) async throws -> Bool {
        try await store.read { try $0.isPlaced(Fixture.mac(mac), at: placement) }
    }

    @Test func keepsWhereANICIsPluggedInBeforeItsHostIsKnown() async throws {
        try await place(1, at: Self.place)
        try await place(2, at: Placement(rack: "R2"))
        try store.close()
        let reopened = try scratch.store()
        try await reopened.write { try $0.save(Fixture.host("h-1", macs: [1])) }
        let found = try await reopened.read { tx in try tx.host(id: "h-1").flatMap { try tx.placement(of: $0.macs) } }
        #expect(found == Self.place)
        let unknown = try await reopened.read { try $0.placement(of: [Fixture.mac(3)]) }
        #expect(unknown == nil)
        let none = try await reopened.read { try $0.placement(of: []) }
        #expect(none == nil)
    }

    @Test func takesTheNewestOfSeveralPlacements() async throws {
        let (old, new) = (Placement(rack: "R1"), Placement(rack: "R2"))
        try await place(1, at: old)
        try await place(2, at: new)
        #expect(try await placement(of: 1, 2, 3) == new)
        try await place(1, at: old)
        #expect(try await placement(of: 2, 1) == old)
        #expect(try await placement(of: 2) == new)
    }

    @Test func knowsWhatIsNothingNew() async throws {
        #expect(try await isPlaced(1, at: Self.place) == false)
        try await place(1, at: Self.place)
        #expect(try await isPlaced(1, at: Self.place))
        #expect(try await isPlaced(2, at: Self.place) == false)
        var moved = Self.place
        moved.port = "Eth1/8 of leaf-1"
        #expect(try await isPlaced(1, at: moved) == false)
    }

    @Test func aHostThatBootsFromItsOtherNICAgainIsNews() async throws {
        let (first, second) = (Placement(rack: "R1"), Placement(rack: "R2"))
        try await store.write { try $0.save(Fixture.host("h-1", macs: [1, 2])) }
        try await place(1, at: first)
        try await place(2, at: second)
        #expect(try await isPlaced(2, at: second))
        #expect(try await isPlaced(1, at: first) == false)
        try await place(1, at: first)
        #expect(try await isPlaced(1, at: first))
        #expect(try await placement(of: 1, 2) == first)
    }

    @Test func forgetsTheOldestOfTheNICsThatNobodyHas() async throws {
        try await store.write { tx in
            try tx.save(Fixture.host("h-1", macs: [1]))
            for mac in 1...6 as ClosedRange<UInt8> { try tx.place(Fixture.mac(mac), at: Self.place) }
            try tx.forgetPlacementsOfStrangers(beyond: 5)
        }
        #expect(try await placement(of: 2) != nil)
        try await store.write { try $0.forgetPlacementsOfStrangers(beyond: 2) }
        var kept: [UInt8] = []
        for mac in 1...6 as ClosedRange<UInt8> {
            if try await placement(of: mac) != nil { kept.append(mac) }
        }
        #expect(kept == [1, 5, 6])
    }

    @Test func aForgottenHostIsFoundWhereItStoodWhenItComesBack() async throws {
        try await store.write { try $0.save(Fixture.host("h-1", macs: [1])) }
        try await place(1, at: Self.place)
        try await store.write { try $0.removeHost(id: "h-1") }
        #expect(try await placement(of: 1) == Self.place)
    }

    @Test func aDatabaseFromBeforePlacementsKeepsWhatItHas() async throws {
        let host = Fixture.host("h-1", macs: [1])
        try await store.write { try $0.save(host) }
        try store.close()
        try await scratch.execute("DROP TABLE placements")
        try await scratch.execute("DELETE FROM grdb_migrations WHERE identifier = '5 placements'")
        let migrated = try scratch.store()
        try await migrated.write { try $0.place(Fixture.mac(1), at: Self.place) }
        let found = try await migrated.read { tx in (try tx.host(id: "h-1"), try tx.placement(of: host.macs)) }
        #expect(found.0 == host)
        #expect(found.1 == Self.place)
    }

    @Test func tellsOfADamagedRow() async throws {
        try await scratch.execute(
            "INSERT INTO placements (mac, number, document) VALUES ('\(Fixture.mac(1))', 1, '{\"unit\":\"x\"}')")
        let error = await #expect(throws: StoreError.self) { try await placement(of: 1) }
        #expect(error?.description.contains("table placements is damaged") == true)
    }
}
