import DiskFormats
import LinuxSystem
import Testing

/// Signatures against blkid, on file systems that their own tools made.
struct SignatureTests {
    @Test(
        arguments: [
            ["mkfs.ext2", "-q", "-F"], ["mkfs.ext3", "-q", "-F"], ["mkfs.ext4", "-q", "-F"], ["mkfs.xfs", "-q", "-f"],
            ["mkfs.btrfs", "-q", "-f"], ["mkfs.vfat", "-F", "32"], ["mkfs.vfat", "-F", "16"], ["mkswap"],
        ])
    func namesAFileSystemAsBlkidDoes(command: [String]) throws {
        let file = try ScratchFile(size: 400 << 20)
        try Tool.run(command + [file.path])
        let expected = try Tool.run(["blkid", "-p", "-o", "value", "-s", "TYPE", file.path]).output
        let probe = try SignatureProbe(size: file.size) { try file.bytes(at: $0, count: $1) }
        #expect(try probe.fileSystem() == expected)
        #expect(try probe.signatures() == [expected])
    }

    @Test(
        arguments: [
            ("LVM2_member", 512, Array("LABELONE".utf8) + [UInt8](repeating: 0, count: 16) + Array("LVM2 001".utf8)),
            ("crypto_LUKS", 0, Array("LUKS".utf8) + [0xBA, 0xBE]),
            ("linux_raid_member", 4096, [0xFC, 0x4E, 0x2B, 0xA9]),
            ("linux_raid_member", (64 << 20) - 65536, [0xFC, 0x4E, 0x2B, 0xA9]),
            ("linux_raid_member", (64 << 20) - 8192, [0xFC, 0x4E, 0x2B, 0xA9]),
            ("zfs_member", 131072 + 1024, [0x0C, 0xB1, 0xBA, 0, 0, 0, 0, 0]),
            ("VMFS_volume_member", 1 << 20, [0x0D, 0xD0, 0x01, 0xC0]),
            ("VMFS", 2 << 20, [0x5E, 0xF1, 0xAB, 0x2F]),
            ("ntfs", 3, Array("NTFS    ".utf8)),
            ("iso9660", 0x8001, Array("CD001".utf8)),
            ("squashfs", 0, Array("hsqs".utf8)),
        ] as [(String, UInt64, [UInt8])])
    func recognisesAMark(name: String, offset: UInt64, bytes: [UInt8]) throws {
        let file = try ScratchFile(size: 64 << 20)
        try file.write(DiskRegion(offset: offset, bytes: bytes))
        #expect(try SignatureProbe(size: file.size) { try file.bytes(at: $0, count: $1) }.signatures() == [name])
    }

    @Test(arguments: [0, 1, 511, 512, 4096, 65536, 131072, 1 << 20] as [Int])
    func findsNothingOnABlankDiskOfAnySize(size: Int) throws {
        let probe = try SignatureProbe(size: UInt64(size)) { [UInt8](repeating: 0, count: $1 + Int($0) * 0) }
        #expect(try probe.signatures() == [])
    }

    @Test(arguments: [0, 1, 511, 512, 4096, 65536, 131072, 1 << 20] as [Int])
    func survivesADiskFullOfAnyOctet(size: Int) throws {
        for octet in [0x55, 0xA5, 0xFF] as [UInt8] {
            let probe = try SignatureProbe(size: UInt64(size)) { [UInt8](repeating: octet, count: $1 + Int($0) * 0) }
            #expect(try probe.signatures() == [])
        }
    }

    @Test func tellsTheRootFromTheBootPartition() throws {
        let file = try ScratchFile(size: 64 << 20)
        try Tool.run([
            "sgdisk", "-n", "1:2048:+1M", "-t", "1:ef02", "-n", "2:0:+10M", "-t", "2:ef00", "-n", "3:0:+8M", "-n",
            "4:0:0", file.path,
        ])
        let table = try file.table()
        for number in [2, 3] {
            let start = try #require(table.entries[number]?.firstLBA) * 512
            try Tool.run(["mke2fs", "-q", "-t", "ext4", "-E", "offset=\(start)", file.path, "4M"])
        }
        let found = try DescribedPartition.describe(table) { try file.bytes(at: $0, count: $1) }
        #expect(found.map(\.role) == [.biosBoot, .efiSystem, .other, .root])
        #expect(found.map(\.fileSystem) == [nil, nil, "ext4", "ext4"])
    }

    @Test func takesAVolumeGroupForTheRootRatherThanASmallBootPartition() throws {
        let file = try ScratchFile(size: 64 << 20)
        try Tool.run(["sgdisk", "-n", "1:2048:+8M", "-n", "2:0:0", "-t", "2:8e00", file.path])
        let table = try file.table()
        let boot = try #require(table.entries[0]?.firstLBA) * 512
        let group = try #require(table.entries[1]?.firstLBA) * 512
        try Tool.run(["mke2fs", "-q", "-t", "ext4", "-E", "offset=\(boot)", file.path, "4M"])
        let label = Array("LABELONE".utf8) + [UInt8](repeating: 0, count: 16) + Array("LVM2 001".utf8)
        try file.write(DiskRegion(offset: group + 512, bytes: label))
        let found = try DescribedPartition.describe(table) { try file.bytes(at: $0, count: $1) }
        #expect(found.map(\.role) == [.other, .root])
        #expect(found.last?.fileSystem == "LVM2_member")
    }
}
