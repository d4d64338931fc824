/// What a VHDX file says of itself ([MS-VHDX], sections 2.2 and 2.6), read to refuse what reaches beyond the file itself.
struct VHDXHeader: Hashable, Sendable {
    /// The virtual disk in bytes.
    let virtualSize: UInt64

    static let signature = Array("vhdxfile".utf8)

    /// Where the two region tables are, and how large one is, in bytes.
    private static let regionTables = [192 << 10, 256 << 10]
    private static let tableSize = 64 << 10
    private static let metadataRegion = "8B7CA206-4790-4B9A-B8FE-575F050F886E"
    private static let fileParameters = "CAA16737-FA36-4D43-B3B6-33F0AA44E76B"
    private static let virtualDiskSize = "2FA54224-CD1B-4876-B211-5DBED83BF4B8"
    private static let entryBound: UInt64 = 2047

    /// Reads what it needs by `read`, which gives up to `count` bytes at `offset`.
    /// - Throws: `ImportError.refused` for what is no VHDX, for a parent, and for a damaged file; `ImportError.tooLarge`
    ///   above `limit` bytes.
    init(
        limit: UInt64, read: (_ offset: UInt64, _ count: Int) throws(ImportError) -> [UInt8]
    ) throws(ImportError) {
        guard try read(0, 8) == Self.signature else {
            throw .refused("it was declared as vhdx, but has no VHDX signature")
        }
        let metadata = try Self.metadataOffset(read)
        let table = try read(metadata, Self.tableSize)
        guard table.count == Self.tableSize, table.starts(with: Array("metadata".utf8)) else {
            throw .refused("its metadata is damaged")
        }
        let parameters = try read(metadata + Self.item(Self.fileParameters, in: table), 8)
        guard parameters.count == 8 else { throw .refused("its metadata is cut off") }
        // Bit 1: the disk has a parent.
        guard LittleEndianBytes.integer(parameters, 4, 4) & 2 == 0 else {
            throw .refused("it has a parent: merge it with its parent first")
        }
        let size = try read(metadata + Self.item(Self.virtualDiskSize, in: table), 8)
        guard size.count == 8 else { throw .refused("its metadata is cut off") }
        virtualSize = LittleEndianBytes.integer(size, 0, 8)
        guard virtualSize > 0, virtualSize % 512 == 0 else {
            throw .refused("its virtual disk has \(virtualSize) bytes, expected a multiple of 512")
        }
        guard virtualSize <= limit else {
            throw .tooLarge(what: "the virtual disk of \(virtualSize) bytes", limit: limit)
        }
    }

    /// Where the metadata region begins: the two region tables must agree.
    private static func metadataOffset(
        _ read: (UInt64, Int) throws(ImportError) -> [UInt8]
    ) throws(ImportError) -> UInt64 {
        var found: Set<UInt64> = []
        for start in regionTables {
            let table = try read(UInt64(start), tableSize)
            guard table.count == tableSize, table.starts(with: Array("regi".utf8)) else { continue }
            let count = LittleEndianBytes.integer(table, 8, 4)
            guard count <= entryBound else { throw .refused("its region table has \(count) entries") }
            for index in 0..<Int(count) where LittleEndianBytes.guid(table, 16 + index * 32) == metadataRegion {
                found.insert(LittleEndianBytes.integer(table, 16 + index * 32 + 16, 8))
            }
        }
        guard let offset = found.first, found.count == 1, offset >= 1 << 20, offset < 1 << 48 else {
            throw .refused("its region tables are damaged")
        }
        return offset
    }

    /// Where a metadata item is, from the region's start.
    private static func item(_ id: String, in table: [UInt8]) throws(ImportError) -> UInt64 {
        let count = LittleEndianBytes.integer(table, 10, 2)
        guard count <= entryBound else { throw .refused("its metadata has \(count) entries") }
        for index in 0..<Int(count) where LittleEndianBytes.guid(table, 32 + index * 32) == id {
            let offset = LittleEndianBytes.integer(table, 32 + index * 32 + 16, 4)
            guard offset >= 64 << 10, offset < 1 << 30 else { break }
            return offset
        }
        throw .refused("its metadata has no item \(id)")
    }
}
