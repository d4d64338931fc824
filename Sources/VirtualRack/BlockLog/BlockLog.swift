import NIOCore

/// A write log in the format of Linux's dm-log-writes: a superblock in the first sector, then entries, each in a sector
/// of its own and followed by its data, padded to whole sectors. All numbers are little-endian.
package struct BlockLog: Sendable {
    /// `jsgwsrh` upside down: the magic number of dm-log-writes.
    static let magic: UInt64 = 0x6A73_6677_7368_72
    static let version: UInt64 = 1

    /// The file it was read from.
    package let file: String
    /// Bytes.
    package let sectorSize: Int
    package let entries: [BlockLogEntry]

    /// Reads the index of a log. Throws where it is no such log or ends before its last entry does.
    package init(file: String) throws {
        guard let reader = FileReader(file) else { throw RackError("cannot open the write log \(file)") }
        var superblock = ByteBuffer(bytes: try reader.read(at: 0, count: 28))
        guard
            let (magic, version, count) = superblock.readMultipleIntegers(
                endianness: .little, as: (UInt64, UInt64, UInt64).self),
            let sectorSize = superblock.readInteger(endianness: .little, as: UInt32.self)
        else { throw RackError("\(file) is no write log: shorter than a superblock") }
        guard magic == Self.magic, version == Self.version else {
            throw RackError("\(file) is no write log: magic \(magic), version \(version)")
        }
        guard (512...65536).contains(sectorSize), sectorSize & (sectorSize - 1) == 0 else {
            throw RackError("\(file): a sector size of \(sectorSize), expected a power of two from 512 to 65536")
        }
        self.file = file
        self.sectorSize = Int(sectorSize)
        entries = try Self.entries(reader, count: count, sectorSize: UInt64(sectorSize), file: file)
    }

    /// How many entries it takes to reach each point at which all writes so far are on the medium, in order.
    package var barriers: [Int] { entries.indices.filter { entries[$0].isBarrier }.map { $0 + 1 } }

    private static func entries(
        _ reader: FileReader, count: UInt64, sectorSize: UInt64, file: String
    ) throws -> [BlockLogEntry] {
        let size = UInt64(reader.size)
        guard count <= size / sectorSize else {
            throw RackError("\(file): \(count) entries cannot lie in \(size) bytes")
        }
        var entries: [BlockLogEntry] = []
        entries.reserveCapacity(Int(count))
        var position = sectorSize
        for index in 0..<count {
            let entry = try entry(reader, at: position, sectorSize: sectorSize)
            guard let entry, entry.dataLength <= size, entry.dataOffset + entry.dataLength <= size else {
                throw RackError("\(file): entry \(index) at byte \(position) leaves the log of \(size) bytes")
            }
            entries.append(entry)
            position = entry.dataOffset + (entry.dataLength + sectorSize - 1) / sectorSize * sectorSize
        }
        return entries
    }

    /// Nil where the log ends before, or a number is too large to be one of a disk.
    private static func entry(_ reader: FileReader, at position: UInt64, sectorSize: UInt64) throws -> BlockLogEntry? {
        guard position <= UInt64(reader.size) else { return nil }
        var buffer = ByteBuffer(bytes: try reader.read(at: Int(position), count: 32))
        guard
            let (sector, sectors, rawFlags, _) = buffer.readMultipleIntegers(
                endianness: .little, as: (UInt64, UInt64, UInt64, UInt64).self)
        else { return nil }
        let (offset, offsetOverflows) = sector.multipliedReportingOverflow(by: sectorSize)
        let (length, lengthOverflows) = sectors.multipliedReportingOverflow(by: sectorSize)
        guard !offsetOverflows, !lengthOverflows, offset <= UInt64(Int64.max), length <= UInt64(Int64.max) else {
            return nil
        }
        let flags = BlockLogEntry.Flags(rawValue: rawFlags)
        // The entry's own data length counts what a mark holds, which stands in the entry's sector.
        let hasData = flags.isDisjoint(with: [.discard, .mark])
        return BlockLogEntry(
            flags: flags, offset: offset, length: length, dataOffset: position + sectorSize,
            dataLength: hasData ? length : 0)
    }
}
