extension SignatureProbe {
    /// `ext2`, `ext3`, `ext4` or `jbd` by the feature words of the superblock at 1024, as libblkid tells them apart.
    var extKind: String? {
        guard head.holds([0x53, 0xEF], at: 0x438), let compatible = head.number(at: 0x45C, 4),
            let incompatible = head.number(at: 0x460, 4), let readOnly = head.number(at: 0x464, 4)
        else { return nil }
        if incompatible & 0x8 != 0 { return "jbd" }
        // What ext3 knows: filetype, recover, meta_bg; sparse_super, large_file, btree_dir.
        if incompatible & ~0x16 != 0 || readOnly & ~0x7 != 0 { return "ext4" }
        return compatible & 0x4 != 0 ? "ext3" : "ext2"
    }

    /// FAT12, FAT16 or FAT32: boot signature, a plausible BIOS parameter block and no other system's name.
    var isFAT: Bool {
        guard head.holds([0x55, 0xAA], at: 510), !head.holds("NTFS    ".utf8, at: 3),
            let sector = head.number(at: 11, 2), [512, 1024, 2048, 4096].contains(sector),
            let cluster = head.number(at: 13, 1), cluster > 0, cluster & (cluster - 1) == 0,
            let reserved = head.number(at: 14, 2), reserved > 0, let copies = head.number(at: 16, 1),
            (1...2).contains(copies), let medium = head.number(at: 21, 1), medium >= 0xF0
        else { return false }
        return head.holds("FAT32   ".utf8, at: 82) || head.holds("FAT1".utf8, at: 54) || head.holds("FAT ".utf8, at: 54)
            || head.holds([0xEB], at: 0) && head.holds("MSDOS".utf8, at: 3)
    }

    /// An MBR with at least one partition, none of them protective, whose fields are plausible.
    var hasDOSTable: Bool {
        guard head.holds([0x55, 0xAA], at: 510), !isFAT, !head.holds("NTFS    ".utf8, at: 3),
            !ProtectiveMBR.isPresent(in: head)
        else { return false }
        let entries = (0..<4).map { head[446 + 16 * $0..<462 + 16 * $0] }
        let used = entries.filter { $0.number(at: 4, 1) != 0 }
        return !used.isEmpty && entries.allSatisfy { $0.number(at: 0, 1) == 0 || $0.number(at: 0, 1) == 0x80 }
            && used.allSatisfy { ($0.number(at: 12, 4) ?? 0) > 0 }
    }

    /// A superblock of Linux software RAID: format 1.1, 1.2, 1.0 or 0.90.
    var isRAIDMember: Bool {
        get throws {
            let magic: [UInt8] = [0xFC, 0x4E, 0x2B, 0xA9]
            if try holds(magic, at: 0) || holds(magic, at: 4096) { return true }
            let sectors = size / 512
            if sectors >= 16, try holds(magic, at: ((sectors - 16) & ~7) * 512) { return true }
            return size >= 131_072 ? try holds(magic, at: (size & ~65535) - 65536) : false
        }
    }

    /// At least one uberblock, in either byte order, in the first or the third of ZFS's four labels.
    var isZFSMember: Bool {
        get throws {
            let label: UInt64 = 256 * 1024
            guard size >= 4 * label else { return false }
            for start in [0, size / label * label - 2 * label] {
                let ring = try bytes(at: start + label / 2, Int(label / 2))
                for offset in stride(from: 0, to: ring.count, by: 1024)
                where ring.holds([0x0C, 0xB1, 0xBA, 0, 0, 0, 0, 0], at: offset)
                    || ring.holds([0, 0, 0, 0, 0, 0xBA, 0xB1, 0x0C], at: offset)
                {
                    return true
                }
            }
            return false
        }
    }
}
