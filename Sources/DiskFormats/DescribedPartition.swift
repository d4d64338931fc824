/// A partition with what was found in it and what it is for.
package struct DescribedPartition: Hashable, Sendable {
    /// What a partition is for; raw values as image manifests write them.
    package enum Role: String, Hashable, Sendable {
        case root
        case efiSystem
        case biosBoot
        case other
    }

    /// 1 for the first entry of the table.
    package var number: Int
    package var entry: GPTEntry
    /// As blkid names it; nil where none was recognised.
    package var fileSystem: String?
    package var role: Role

    /// Names the file system and role of every partition of `table`, reading from the start of the disk.
    package static func describe(_ table: GPTTable, read: @escaping DiskReader) throws -> [DescribedPartition] {
        let sector = UInt64(table.sectorSize)
        var found = try table.partitions.map { number, entry in
            let start = entry.firstLBA * sector
            let size = (entry.lastLBA - entry.firstLBA + 1) * sector
            let probe = try SignatureProbe(size: size) { try read(start + $0, $1) }
            return DescribedPartition(
                number: number, entry: entry, fileSystem: try probe.fileSystem(), role: fixedRole(of: entry.type))
        }
        if !found.contains(where: { $0.role == .root }), let root = likelyRoot(found),
            let index = found.firstIndex(where: { $0.number == root.number })
        {
            found[index].role = .root
        }
        return found
    }

    private static func fixedRole(of type: GUID) -> Role {
        switch type.description {
        case PartitionType.efiSystem: .efiSystem
        case PartitionType.biosBoot: .biosBoot
        case let type where PartitionType.roots.contains(type): .root
        default: .other
        }
    }

    /// Without a discoverable type `/` lies in the largest partition that can hold it; a volume group or an encrypted
    /// volume counts, so that nobody takes the small boot partition beside it for the root.
    private static func likelyRoot(_ partitions: [DescribedPartition]) -> DescribedPartition? {
        let holders: Set<String> = [
            "ext4", "xfs", "btrfs", "ext3", "ext2", "f2fs", "LVM2_member", "crypto_LUKS", "linux_raid_member",
        ]
        let candidates = partitions.filter { $0.role == .other && $0.fileSystem.map(holders.contains) ?? false }
        return candidates.max { $0.entry.lastLBA - $0.entry.firstLBA < $1.entry.lastLBA - $1.entry.firstLBA }
    }
}
