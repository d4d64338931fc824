import DiskFormats
import LinuxSystem
import Testing

/// GPTs against those that sgdisk writes and checks.
struct GPTTests {
    private static func partitioned() throws -> ScratchFile {
        let file = try ScratchFile(size: 64 << 20)
        try Tool.run([
            "sgdisk", "-n", "1:2048:4095", "-t", "1:ef02", "-n", "2:4096:20479", "-t", "2:ef00", "-c", "2:EFI system",
            "-n", "3:20480:102400", "-t", "3:8300", "-c", "3:root", "-A", "3:set:2", file.path,
        ])
        return file
    }

    @Test func checksumsAsTheStandardsExampleDoes() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
    }

    @Test func guidsSurviveARoundTrip() throws {
        let text = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
        let guid = try #require(GUID(text.lowercased()))
        #expect(guid.description == text)
        #expect(guid.bytes.prefix(4) == [0x28, 0x73, 0x2A, 0xC1])
        #expect(GUID(guid.bytes) == guid)
        #expect(GUID("C12A7328F81F11D2BA4B00A0C93EC93B") == nil)
    }

    @Test func encodesWhatSgdiskWroteByteForByte() throws {
        let file = try Self.partitioned()
        let table = try file.table()
        #expect(table.partitions.map(\.number) == [1, 2, 3])
        #expect(table.entries[1]?.name == "EFI system")
        for region in [table.encodedPrimary, table.encodedBackup] {
            #expect(try file.bytes(at: region.offset, count: region.bytes.count) == region.bytes)
        }
        let sector = try file.bytes(at: 0, count: 512)
        #expect(table.encodedMBR(keeping: sector).bytes == sector)
    }

    @Test(arguments: [1, 33, 131071, 131050] as [UInt64])
    func readsTheOtherCopyWhereOneIsDamaged(sector: UInt64) throws {
        let file = try Self.partitioned()
        let whole = try file.table()
        try file.write(DiskRegion(offset: sector * 512 + 20, bytes: [0xFF, 0xFF]))
        #expect(try file.table() == whole)
    }

    @Test func refusesADiskWithBothCopiesDamaged() throws {
        let file = try Self.partitioned()
        for sector in [1, 131071] as [UInt64] { try file.write(DiskRegion(offset: sector * 512 + 60, bytes: [0xFF])) }
        #expect {
            try file.table()
        } throws: { error in
            "\(error)".contains("wrong checksum")
        }
    }

    @Test(arguments: [0, 511, 512, 4096, 17408] as [UInt64])
    func refusesADiskThatIsTooShort(size: UInt64) {
        #expect(throws: GPTError.self) {
            try GPTTable.read(diskSize: size, sectorSize: 512) { [UInt8](repeating: 0xFF, count: $1 + Int($0) * 0) }
        }
    }

    @Test func movesToALargerDiskAndGrowsItsLastPartition() throws {
        let larger = try ScratchFile(size: 256 << 20)
        var table = try Self.partitioned().table().moved(toDiskSize: larger.size)
        try table.grow(3)
        for region in [table.encodedBackup, table.encodedPrimary, table.encodedMBR()] { try larger.write(region) }
        #expect(try larger.table() == table)
        #expect(try Tool.run(["sgdisk", "-v", larger.path]).output.contains("No problems found"))
        let last = try #require(table.entries[2]?.lastLBA)
        #expect((last + 1) % 2048 == 0)
        #expect(table.lastUsableLBA - last < 4096)
    }

    @Test func growsOnlyTheLastPartition() throws {
        var table = try Self.partitioned().table()
        #expect(throws: GPTError.notLast(partition: 2, behind: 3)) { try table.grow(2) }
        #expect(throws: GPTError.noPartition(9)) { try table.grow(9) }
    }

    @Test func refusesADiskWhosePartitionsWouldNotFit() throws {
        let table = try Self.partitioned().table()
        #expect {
            try table.moved(toDiskSize: 50 << 20)
        } throws: { error in
            guard case GPTError.tooSmall(_, let needed)? = error as? GPTError else { return false }
            return needed == (102400 + 2 + 32) * 512
        }
    }
}
