extension GPTTable {
    /// The primary header and entries, from sector 1 on. The protective MBR is not part of it.
    package var encodedPrimary: DiskRegion {
        let entries = encodedEntries
        let header = encodedHeader(at: 1, other: sectorCount - 1, entriesAt: 2, entries: entries)
        return DiskRegion(offset: UInt64(sectorSize), bytes: header + padded(entries))
    }

    /// The backup entries and header, at the disk's end.
    package var encodedBackup: DiskRegion {
        let entries = encodedEntries
        let first = sectorCount - 1 - entrySectors
        let header = encodedHeader(at: sectorCount - 1, other: 1, entriesAt: first, entries: entries)
        return DiskRegion(offset: first * UInt64(sectorSize), bytes: padded(entries) + header)
    }

    /// Sector 0 with the protective MBR, which keeps the boot code of `sector`.
    package func encodedMBR(keeping sector: [UInt8] = []) -> DiskRegion {
        DiskRegion(
            offset: 0,
            bytes: ProtectiveMBR.applied(to: sector, sectorCount: sectorCount, sectorSize: sectorSize))
    }

    private var encodedEntries: [UInt8] {
        entries.flatMap { $0?.encoded ?? [UInt8](repeating: 0, count: GPTEntry.size) }
    }

    private func encodedHeader(at lba: UInt64, other: UInt64, entriesAt: UInt64, entries: [UInt8]) -> [UInt8] {
        var header = GPTHeader.signature
        header.append(littleEndian: GPTHeader.revision)
        header.append(littleEndian: UInt32(GPTHeader.size))
        header.append(littleEndian: UInt64(0))
        for number in [lba, other, firstUsableLBA, lastUsableLBA] { header.append(littleEndian: number) }
        header += diskGUID.bytes
        header.append(littleEndian: entriesAt)
        header.append(littleEndian: UInt32(clamping: self.entries.count))
        header.append(littleEndian: UInt32(GPTEntry.size))
        header.append(littleEndian: CRC32.checksum(entries))
        var checksum: [UInt8] = []
        checksum.append(littleEndian: CRC32.checksum(header))
        header.replaceSubrange(16..<20, with: checksum)
        return padded(header)
    }

    /// `bytes` with zeros up to a whole number of sectors.
    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (sectorSize - bytes.count % sectorSize) % sectorSize)
    }
}
