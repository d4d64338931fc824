/// The footer of a VHD file (Microsoft, Virtual Hard Disk Image Format Specification 1.0), read to refuse what reaches
/// beyond the file itself.
struct VHDFooter: Hashable, Sendable {
    /// The virtual disk in bytes.
    let virtualSize: UInt64

    static let cookie = Array("conectix".utf8)
    /// Every VHD file ends with it; one that grows begins with a copy.
    static let size = 512

    private enum Kind {
        static let fixed: UInt64 = 2
        static let dynamic: UInt64 = 3
        static let differencing: UInt64 = 4
    }

    /// Checks the start and the end of a file of `fileSize` bytes.
    /// - Throws: `ImportError.refused` for what is no VHD, for a parent, and where the two copies disagree;
    ///   `ImportError.tooLarge` above `limit` bytes.
    init(start: [UInt8], end: [UInt8], fileSize: UInt64, limit: UInt64) throws(ImportError) {
        guard end.count == Self.size, end.starts(with: Self.cookie) else {
            throw .refused("it was declared as vhd, but has no VHD footer: it is another format, or cut off")
        }
        let kind = BigEndianBytes.integer(end, 60, 4)
        guard kind != Kind.differencing else {
            throw .refused("it has a parent: merge it with its parent first")
        }
        guard kind == Kind.fixed || kind == Kind.dynamic else { throw .refused("VHD type \(kind) is not understood") }
        guard Self.checksum(end) == BigEndianBytes.integer(end, 64, 4) else {
            throw .refused("its footer's checksum is wrong: it is damaged")
        }
        // What a reader takes that looks at the start first must be the same.
        if start.starts(with: Self.cookie) || kind == Kind.dynamic {
            guard start.count == Self.size, start == end else {
                throw .refused("its footer and the copy at its start differ: it is damaged")
            }
        }
        virtualSize = BigEndianBytes.integer(end, 48, 8)
        guard virtualSize > 0, virtualSize % 512 == 0 else {
            throw .refused("its virtual disk has \(virtualSize) bytes, expected a multiple of 512")
        }
        guard virtualSize <= limit else {
            throw .tooLarge(what: "the virtual disk of \(virtualSize) bytes", limit: limit)
        }
        guard kind == Kind.dynamic || fileSize >= virtualSize + UInt64(Self.size) else {
            throw .refused("it is cut off: \(fileSize) bytes hold no disk of \(virtualSize) bytes")
        }
    }

    /// The one's complement of the sum of all bytes but the checksum's own.
    private static func checksum(_ footer: [UInt8]) -> UInt64 {
        let sum = footer.indices.reduce(UInt32(0)) { (64..<68).contains($1) ? $0 : $0 &+ UInt32(footer[$1]) }
        return UInt64(~sum)
    }
}
