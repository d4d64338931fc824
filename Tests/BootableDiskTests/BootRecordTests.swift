import BootableDisk
import Testing

@Suite struct BootRecordTests {
    private let boot = Array(repeating: UInt8(0xB0), count: 510) + [0x55, 0xAA]
    private let current = Array(repeating: UInt8(0xC0), count: 510) + [0x55, 0xAA]

    @Test func pointsTheBootSectorToTheCore() throws {
        let sector = try BootRecord.sector(boot: boot, current: current, core: 0x0102_0304)
        #expect(Array(sector[0x5C..<0x64]) == [4, 3, 2, 1, 0, 0, 0, 0])
        #expect(Array(sector[0x66..<0x68]) == [0x90, 0x90])
        #expect(sector[0] == 0xB0 && sector[439] == 0xB0)
    }

    @Test func keepsTheDisksOwnTable() throws {
        let sector = try BootRecord.sector(boot: boot, current: current, core: 2048)
        #expect(Array(sector[440...]) == Array(current[440...]))
        #expect(sector.count == 512)
    }

    @Test func pointsTheCoresFirstSectorToTheRest() throws {
        let core = try BootRecord.core(Array(repeating: 7, count: 2000), at: 2048, room: 2048)
        #expect(Array(core[500..<508]) == [1, 8, 0, 0, 0, 0, 0, 0])
        #expect(core.count == 2000 && core[499] == 7 && core[508] == 7)
    }

    @Test(arguments: [0, 511, 513])
    func refusesABootSectorOfAnotherSize(_ size: Int) {
        let wrong = Array(repeating: UInt8(0), count: size)
        #expect { try BootRecord.sector(boot: wrong, current: current, core: 2048) } throws: {
            "\($0)".contains("boot.img has \(size) bytes")
        }
        #expect(throws: BuildError.self) { try BootRecord.sector(boot: boot, current: wrong, core: 2048) }
    }

    @Test func refusesABootSectorWithoutItsMark() {
        #expect(throws: BuildError.self) {
            try BootRecord.sector(boot: Array(repeating: 0, count: 512), current: current, core: 2048)
        }
    }

    @Test(arguments: [0, 512, 1025])
    func refusesACoreThatDoesNotFit(_ size: Int) {
        #expect(throws: BuildError.self) {
            try BootRecord.core(Array(repeating: 0, count: size), at: 2048, room: 2)
        }
    }
}
