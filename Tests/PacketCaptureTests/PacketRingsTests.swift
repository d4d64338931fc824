import NetworkTypes
import PacketCapture
import Testing

struct PacketRingsTests {
    private static func packet(_ number: UInt32, size: Int = 10) -> CapturedPacket {
        CapturedPacket(
            seconds: 1_700_000_000, microseconds: number, length: 2000, bytes: [UInt8](repeating: 1, count: size))
    }

    @Test func keepsTheNewestPacketsOfEachAddress() {
        let rings = PacketRings(limits: CaptureLimits(packets: 3))
        for number in 1...5 { rings.record(Self.packet(UInt32(number)), of: Frames.host) }
        rings.record(Self.packet(9), of: Frames.mac(3))
        #expect(rings.packets(of: [Frames.host]).map(\.microseconds) == [3, 4, 5])
        #expect(rings.packets(of: [Frames.mac(3)]).map(\.microseconds) == [9])
        #expect(rings.packets(of: [Frames.mac(4)]).isEmpty)
    }

    @Test func keepsNoMoreOctetsThanItMay() {
        let rings = PacketRings(limits: CaptureLimits(bytes: 100))
        for number in 1...5 { rings.record(Self.packet(UInt32(number), size: 40), of: Frames.host) }
        #expect(rings.packets(of: [Frames.host]).map(\.microseconds) == [4, 5])
        rings.record(Self.packet(6, size: 1000), of: Frames.host)
        #expect(rings.packets(of: [Frames.host]).map(\.microseconds) == [6])
    }

    @Test func forgetsTheAddressThatWasSilentLongest() {
        let rings = PacketRings(limits: CaptureLimits(macs: 3))
        for last in [1, 2, 3] as [UInt8] { rings.record(Self.packet(1), of: Frames.mac(last)) }
        rings.record(Self.packet(2), of: Frames.mac(1))
        rings.record(Self.packet(1), of: Frames.mac(4))
        let found = (1...4).map { UInt8($0) }.filter { !rings.packets(of: [Frames.mac($0)]).isEmpty }
        #expect(found == [1, 3, 4])
    }

    @Test func thePacketsOfSeveralAddressesComeInTheirOrder() {
        let rings = PacketRings()
        for (number, last) in [(1, 1), (2, 2), (3, 1)] as [(UInt32, UInt8)] {
            rings.record(Self.packet(number), of: Frames.mac(last))
        }
        #expect(rings.packets(of: [Frames.mac(2), Frames.mac(1)]).map(\.microseconds) == [1, 2, 3])
    }

    @Test func aFileHoldsEveryPacketAsTheFormatSays() throws {
        let rings = PacketRings()
        #expect(rings.pcapFile(of: [Frames.host]) == nil)
        rings.record(Self.packet(7, size: 3), of: Frames.host)
        let file = try #require(rings.pcapFile(of: [Frames.host]))
        #expect(Array(file[0..<8]) == [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0])
        #expect(Array(file[8..<16]) == [UInt8](repeating: 0, count: 8))
        #expect(Array(file[16..<24]) == [0x40, 6, 0, 0, 1, 0, 0, 0])
        #expect(Array(file[24..<32]) == [0, 0xF1, 0x53, 0x65, 7, 0, 0, 0])
        #expect(Array(file[32..<40]) == [3, 0, 0, 0, 0xD0, 7, 0, 0])
        #expect(Array(file[40...]) == [1, 1, 1])
    }
}
