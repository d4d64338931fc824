/// A GUID partition table in memory (UEFI 2.10, section 5.3), independent of where its two copies lie.
package struct GPTTable: Hashable, Sendable {
    package var diskGUID: GUID
    /// 512 or 4096 bytes.
    package let sectorSize: Int
    /// The disk's size in sectors: the backup header lies in the last one.
    package private(set) var sectorCount: UInt64
    package var firstUsableLBA: UInt64
    package private(set) var lastUsableLBA: UInt64
    /// One for each number from 1 on; nil where the entry is unused. 4 to 1024 of them.
    package var entries: [GPTEntry?]

    /// The number of entries that tables have commonly.
    package static let commonEntryCount = 128

    /// An empty table for a disk.
    package init(
        diskGUID: GUID, diskSize: UInt64, sectorSize: Int, entryCount: Int = GPTTable.commonEntryCount
    ) throws(GPTError) {
        try self.init(
            diskGUID: diskGUID, diskSize: diskSize, sectorSize: sectorSize, firstUsableLBA: nil,
            entries: Array(repeating: nil, count: entryCount))
    }

    init(
        diskGUID: GUID, diskSize: UInt64, sectorSize: Int, firstUsableLBA: UInt64?, entries: [GPTEntry?]
    ) throws(GPTError) {
        guard sectorSize == 512 || sectorSize == 4096, diskSize % UInt64(sectorSize) == 0 else {
            throw .geometry(diskSize: diskSize, sectorSize: sectorSize)
        }
        let entrySectors = Self.entrySectors(count: entries.count, sectorSize: sectorSize)
        let minimum = 2 * entrySectors + 4
        sectorCount = diskSize / UInt64(sectorSize)
        guard sectorCount >= minimum else {
            throw .tooSmall(diskSize: diskSize, needed: minimum * UInt64(sectorSize))
        }
        self.diskGUID = diskGUID
        self.sectorSize = sectorSize
        self.entries = entries
        self.firstUsableLBA = firstUsableLBA ?? 2 + entrySectors
        lastUsableLBA = sectorCount - 2 - entrySectors
    }

    /// The sectors that the entries take.
    package var entrySectors: UInt64 { Self.entrySectors(count: entries.count, sectorSize: sectorSize) }

    static func entrySectors(count: Int, sectorSize: Int) -> UInt64 {
        UInt64((count * GPTEntry.size + sectorSize - 1) / sectorSize)
    }

    /// The disk's size in bytes.
    package var diskSize: UInt64 { sectorCount * UInt64(sectorSize) }

    /// The used entries with their numbers, in the order of their numbers.
    package var partitions: [(number: Int, entry: GPTEntry)] {
        entries.enumerated().compactMap { index, entry in entry.map { (index + 1, $0) } }
    }

    /// The number of the partition that ends last; nil in an empty table.
    package var lastPartition: Int? { partitions.max { $0.entry.lastLBA < $1.entry.lastLBA }?.number }

    /// The same table for a disk of another size: the backup goes to its end.
    package func moved(toDiskSize size: UInt64) throws(GPTError) -> GPTTable {
        let moved = try GPTTable(
            diskGUID: diskGUID, diskSize: size, sectorSize: sectorSize, firstUsableLBA: firstUsableLBA,
            entries: entries)
        if let last = partitions.map(\.entry.lastLBA).max(), last > moved.lastUsableLBA {
            throw .tooSmall(diskSize: size, needed: (last + 2 + entrySectors) * UInt64(sectorSize))
        }
        return moved
    }

    /// Extends partition `number` to the disk's end, up to a boundary of 1 MiB. Less than that is not worth a change.
    package mutating func grow(_ number: Int) throws(GPTError) {
        guard entries.indices.contains(number - 1), let entry = entries[number - 1] else { throw .noPartition(number) }
        if let last = lastPartition, last != number { throw .notLast(partition: number, behind: last) }
        let alignment = UInt64((1 << 20) / sectorSize)
        let aligned = (lastUsableLBA + 1) / alignment * alignment
        if aligned > entry.lastLBA + 1 { entries[number - 1]?.lastLBA = aligned - 1 }
    }
}
