package import DiskFormats

/// The writes that make a disk bootable, in the order in which they must reach the medium: whatever prefix of them a
/// power loss leaves, the disk has no valid table or is the complete system. The protective MBR comes last, in one
/// sector: without it neither firmware nor kernel looks at a GPT.
package enum CommitPlan {
    package enum Step: Hashable, Sendable {
        case write(DiskRegion)
        case flush
    }

    /// - Parameter area: the image's own table, whose boot code is kept, and whose bytes are where nothing changes.
    package static func steps(table: GPTTable, area: TableArea) -> [Step] {
        let regions = regions(table: table, area: area)
        return [.flush] + regions.flatMap { [.write($0), .flush] }
    }

    /// Backup, primary, MBR.
    package static func regions(table: GPTTable, area: TableArea) -> [DiskRegion] {
        let mbr = table.encodedMBR(keeping: area.bootSector(size: table.sectorSize))
        return [table.encodedBackup, table.encodedPrimary, mbr].map { area.unchanged($0, table: table) ?? $0 }
    }
}

extension TableArea {
    /// The image's own bytes for a region, where the image's table is the one that is written: nothing is re-encoded
    /// without need. Nil where it changed or the image's copy is not whole.
    func unchanged(_ region: DiskRegion, table: GPTTable) -> DiskRegion? {
        guard ranges[1].upperBound == table.diskSize,
            let own = try? GPTTable.read(
                diskSize: table.diskSize, sectorSize: table.sectorSize, from: { try bytes(at: $0, count: $1) }),
            own == table, let original = try? bytes(at: region.offset, count: region.bytes.count)
        else { return nil }
        let isHeader = region.offset != 0
        let header = region.offset == table.encodedBackup.offset ? original.suffix(table.sectorSize) : original[...]
        if isHeader && !header.starts(with: "EFI PART".utf8) { return nil }
        if !isHeader && !ProtectiveMBR.isPresent(in: original) { return nil }
        return DiskRegion(offset: region.offset, bytes: original)
    }
}
