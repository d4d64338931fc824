import BootTimeline
import NetworkTypes
import Store
import Testing

struct TimelineTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    /// The phase's name tells events apart.
    private static func event(_ number: Int, mac: UInt8 = 1) -> BootEvent {
        BootEvent(
            at: Int64(number), mac: Fixture.mac(mac), occurrence: .phase(deployment: "d-1", name: "\(number)"))
    }

    private func append(_ events: [BootEvent], limits: BootTimelineLimits = BootTimelineLimits()) async throws {
        try await store.note { try $0.append(events, limits: limits) }
    }

    /// When the kept events of these MAC addresses were.
    private func times(_ macs: UInt8..., limit: Int = 100) async throws -> [Int64] {
        let macs = macs.map { Fixture.mac($0) }
        return try await store.read { try $0.bootEvents(of: macs, limit: limit).map(\.at) }
    }

    @Test func givesTheNewestEventsOldestFirst() async throws {
        try await append((1...5).map { Self.event($0) })
        try await append([Self.event(6, mac: 2), Self.event(7)])
        #expect(try await times(1) == [1, 2, 3, 4, 5, 7])
        #expect(try await times(1, limit: 2) == [5, 7])
        #expect(try await times(2, 1, limit: 3) == [5, 6, 7])
        #expect(try await times(3) == [])
    }

    @Test func anEventComesBackUnchangedAfterARestart() async throws {
        var record = DHCPRecord(type: "OFFER", interface: "eth1")
        record.vendorClass = "größe'1"
        record.conflict = IPv4Address(10, 0, 0, 1)
        let event = BootEvent(at: .max, mac: Fixture.mac(1), occurrence: .answered(record))
        try await append([event])
        try store.close()
        let reopened = try scratch.store()
        let events = try await reopened.read { try $0.bootEvents(of: [Fixture.mac(1)], limit: 1) }
        #expect(events == [event])
    }

    @Test func keepsTheNewestEventsOfEachAddress() async throws {
        let limits = BootTimelineLimits(eventsPerMAC: 3)
        try await append((1...5).map { Self.event($0) } + [Self.event(6, mac: 2)], limits: limits)
        try await append([Self.event(7)], limits: limits)
        #expect(try await times(1) == [4, 5, 7])
        #expect(try await times(2) == [6])
    }

    @Test func forgetsTheAddressesThatWereSilentLongest() async throws {
        let limits = BootTimelineLimits(macs: 2)
        try await append([Self.event(1, mac: 1), Self.event(2, mac: 2), Self.event(3, mac: 1)], limits: limits)
        try await append([Self.event(4, mac: 3)], limits: limits)
        #expect(try await times(1) == [1, 3])
        #expect(try await times(2) == [])
        #expect(try await times(3) == [4])
    }

    @Test func forgetsStrangersBeforeHosts() async throws {
        let limits = BootTimelineLimits(macs: 2)
        try await store.write { try $0.save(Fixture.host("h-1", macs: [1])) }
        try await append((1...9).map { Self.event($0, mac: UInt8($0)) }, limits: limits)
        #expect(try await times(1) == [1])
        #expect(try await times(2, 3, 4, 5, 6, 7, 8, 9) == [9])
    }

    @Test func keepsTheEventsOfHostsHoweverManyStrangersHave() async throws {
        let limits = BootTimelineLimits(events: 4)
        try await store.write { try $0.save(Fixture.host("h-1", macs: [1])) }
        for number in 1...9 {
            try await append([Self.event(number, mac: number == 1 ? 1 : UInt8(number % 3 + 2))], limits: limits)
        }
        #expect(try await times(1) == [1])
        #expect(try await times(2, 3, 4) == [6, 7, 8, 9])
    }

    @Test func keepsNoMoreEventsInAllThanItMay() async throws {
        let limits = BootTimelineLimits(events: 4)
        for number in 1...9 { try await append([Self.event(number, mac: UInt8(number % 3))], limits: limits) }
        #expect(try await times(0, 1, 2) == [6, 7, 8, 9])
    }

    @Test func aDamagedEventIsNamed() async throws {
        try await append([Self.event(1)])
        try await scratch.execute("UPDATE boot_events SET document = '{}'")
        let error = await #expect(throws: StoreError.self) { try await times(1) }
        #expect(error?.description.contains("boot_events") == true)
    }
}
