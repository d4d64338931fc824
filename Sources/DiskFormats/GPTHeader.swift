/// A GPT header (UEFI 2.10, table 5-5) as it stands on the disk.
struct GPTHeader {
    /// What is wrong with a header or its entries.
    struct Invalid: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    static let signature = Array("EFI PART".utf8)
    static let revision: UInt32 = 0x0001_0000
    static let size = 92

    let diskGUID: GUID
    let firstUsableLBA: UInt64
    let lastUsableLBA: UInt64
    let entriesLBA: UInt64
    let entryCount: Int
    let entrySize: Int
    let entriesChecksum: UInt32

    /// Reads and checks the header in sector `lba` of a disk.
    init(_ bytes: [UInt8], at lba: UInt64, sectors: UInt64, sectorSize: Int) throws(Invalid) {
        guard bytes.holds(Self.signature, at: 0) else { throw Invalid("has no signature 'EFI PART'") }
        guard let size = bytes.number(at: 12, 4), size >= Self.size, size <= bytes.count else {
            throw Invalid("has a header of a wrong size")
        }
        var zeroed = Array(bytes.prefix(Int(size)))
        zeroed.replaceSubrange(16..<20, with: [0, 0, 0, 0])
        guard let checksum = bytes.number(at: 16, 4), UInt32(checksum) == CRC32.checksum(zeroed) else {
            throw Invalid("has a header with a wrong checksum")
        }
        guard bytes.number(at: 24, 8) == lba else { throw Invalid("does not name its own sector \(lba)") }
        guard let first = bytes.number(at: 40, 8), let last = bytes.number(at: 48, 8),
            let guid = GUID(bytes[56..<72]), let entries = bytes.number(at: 72, 8), let count = bytes.number(at: 80, 4),
            let entrySize = bytes.number(at: 84, 4), let entriesChecksum = bytes.number(at: 88, 4)
        else { throw Invalid("has a short header") }
        guard (4...1024).contains(count), [128, 256, 512].contains(entrySize) else {
            throw Invalid("has \(count) entries of \(entrySize) bytes: expected 4 to 1024 of 128, 256 or 512")
        }
        let entrySectors = (count * entrySize + UInt64(sectorSize) - 1) / UInt64(sectorSize)
        guard entries >= 2, entries < sectors, sectors - entries >= entrySectors else {
            throw Invalid("has entries at sector \(entries), outside the disk's \(sectors) sectors")
        }
        guard first >= 2, first <= last, last < sectors else {
            throw Invalid("has usable sectors \(first)...\(last), outside the disk's \(sectors)")
        }
        diskGUID = guid
        firstUsableLBA = first
        lastUsableLBA = last
        entriesLBA = entries
        entryCount = Int(count)
        self.entrySize = Int(entrySize)
        self.entriesChecksum = UInt32(entriesChecksum)
    }

    /// The table of this header and its entries, which are checked: checksum, ranges, overlaps.
    func table(entries bytes: [UInt8], sectors: UInt64, sectorSize: Int) throws -> GPTTable {
        guard bytes.count == entryCount * entrySize, CRC32.checksum(bytes) == entriesChecksum else {
            throw Invalid("has entries with a wrong checksum")
        }
        let entries = (0..<entryCount).map { GPTEntry(bytes[$0 * entrySize..<($0 + 1) * entrySize]) }
        let used = entries.compactMap(\.self).sorted { $0.firstLBA < $1.firstLBA }
        for entry in used where entry.firstLBA < firstUsableLBA || entry.lastLBA > lastUsableLBA {
            throw Invalid("has the partition \(entry.firstLBA)...\(entry.lastLBA) outside its usable sectors")
        }
        for entry in used where entry.firstLBA > entry.lastLBA {
            throw Invalid("has a partition that ends before it begins, at sector \(entry.firstLBA)")
        }
        for (entry, next) in zip(used, used.dropFirst()) where next.firstLBA <= entry.lastLBA {
            throw Invalid("has partitions that overlap at sector \(next.firstLBA)")
        }
        return try GPTTable(
            diskGUID: diskGUID, diskSize: sectors * UInt64(sectorSize), sectorSize: sectorSize,
            firstUsableLBA: firstUsableLBA, entries: entries)
    }
}
