/// One kind of signature.
struct SignatureMark: Sendable {
    /// As blkid names it.
    let name: String
    let isPresent: @Sendable (SignatureProbe) throws -> Bool

    /// Members of something greater come first, then file systems, then partition tables.
    static let all: [SignatureMark] = members + fileSystems + tables

    private static let members: [SignatureMark] = [
        SignatureMark(name: "linux_raid_member") { try $0.isRAIDMember },
        SignatureMark(name: "ddf_raid_member") { try $0.holds([0xDE, 0x11, 0xDE, 0x11], beforeEnd: 512) },
        SignatureMark(name: "isw_raid_member") {
            try $0.holds(Array("Intel Raid ISM Cfg Sig. ".utf8), beforeEnd: 1024)
        },
        SignatureMark(name: "LVM2_member") { probe in
            try (0..<4).map { $0 * 512 }.contains { sector in
                try probe.holds("LABELONE", at: sector) && probe.holds("LVM2 001", at: sector + 24)
            }
        },
        SignatureMark(name: "crypto_LUKS") { try $0.holds(Array("LUKS".utf8) + [0xBA, 0xBE], at: 0) },
        SignatureMark(name: "zfs_member") { try $0.isZFSMember },
        SignatureMark(name: "VMFS_volume_member") { try $0.holds([0x0D, 0xD0, 0x01, 0xC0], at: 1 << 20) },
        SignatureMark(name: "VMFS") { try $0.holds([0x5E, 0xF1, 0xAB, 0x2F], at: 2 << 20) },
        SignatureMark(name: "ceph_bluestore") { try $0.holds("bluestore block device", at: 0) },
        SignatureMark(name: "oracleasm") { try $0.holds("ORCLDISK", at: 32) },
        SignatureMark(name: "BitLocker") { try $0.holds("-FVE-FS-", at: 3) },
        SignatureMark(name: "bcache") {
            try $0.holds(
                [0xC6, 0x85, 0x73, 0xF6, 0x4E, 0x1A, 0x45, 0xCA, 0x82, 0x65, 0xF5, 0x7F, 0x48, 0xBA, 0x6D, 0x81],
                at: 4096 + 24)
        },
    ]

    private static let fileSystems: [SignatureMark] = [
        SignatureMark(name: "ext4") { $0.extKind == "ext4" },
        SignatureMark(name: "ext3") { $0.extKind == "ext3" },
        SignatureMark(name: "ext2") { $0.extKind == "ext2" },
        SignatureMark(name: "jbd") { $0.extKind == "jbd" },
        SignatureMark(name: "xfs") { try $0.holds("XFSB", at: 0) },
        SignatureMark(name: "btrfs") { try $0.holds("_BHRfS_M", at: 0x10040) },
        SignatureMark(name: "f2fs") { try $0.holds([0x10, 0x20, 0xF5, 0xF2], at: 1024) },
        SignatureMark(name: "gfs2") { try $0.holds([0x01, 0x16, 0x19, 0x70], at: 65536) },
        SignatureMark(name: "ocfs2") { probe in
            try [1024, 2048, 4096, 8192].contains { try probe.holds("OCFSV2", at: $0) }
        },
        SignatureMark(name: "swap") { probe in
            try [4096, 8192, 16384, 65536].contains {
                try probe.holds("SWAPSPACE2", at: $0 - 10) || probe.holds("SWAP-SPACE", at: $0 - 10)
            }
        },
        SignatureMark(name: "ntfs") { try $0.holds("NTFS    ", at: 3) },
        SignatureMark(name: "exfat") { try $0.holds("EXFAT   ", at: 3) },
        SignatureMark(name: "ReFS") { try $0.holds([0, 0, 0] + Array("ReFS".utf8) + [0], at: 0) },
        SignatureMark(name: "vfat") { $0.isFAT },
        SignatureMark(name: "iso9660") { try $0.holds("CD001", at: 0x8001) },
        SignatureMark(name: "squashfs") { try $0.holds("hsqs", at: 0) },
    ]

    private static let tables: [SignatureMark] = [
        SignatureMark(name: "gpt") { probe in
            let header = GPTHeader.signature
            return try probe.holds(header, at: 512) || probe.holds(header, at: 4096)
                || probe.holds(header, beforeEnd: 512) || probe.holds(header, beforeEnd: 4096)
        },
        SignatureMark(name: "PMBR") { ProtectiveMBR.isPresent(in: $0.head) },
        SignatureMark(name: "dos") { $0.hasDOSTable },
    ]
}
