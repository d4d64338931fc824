/// The header of a qcow2 file (docs/interop/qcow2.txt of QEMU), read to refuse what reaches beyond the file itself.
struct Qcow2Header: Hashable, Sendable {
    /// The virtual disk in bytes.
    let virtualSize: UInt64

    /// How much of a file's start `init` wants, in bytes.
    static let prefixSize = 64 << 10
    static let magic: [UInt8] = [0x51, 0x46, 0x49, 0xFB]

    /// Incompatible features (bytes 72-79): dirty, corrupt, external data file, compression type, extended L2.
    private enum Feature {
        static let corrupt: UInt64 = 1 << 1
        static let externalData: UInt64 = 1 << 2
        static let known: UInt64 = 0b11111
    }

    /// Checks the start of a file.
    /// - Throws: `ImportError.refused` for what is no qcow2, for a backing file, an external data file, encryption,
    ///   a damaged image and features that are not known; `ImportError.tooLarge` above `limit` bytes.
    init(_ bytes: [UInt8], limit: UInt64) throws(ImportError) {
        guard bytes.count >= 72, Array(bytes[..<4]) == Self.magic else {
            throw .refused("it was declared as qcow2, but has no qcow2 header")
        }
        let version = Self.integer(bytes, 4, 4)
        guard version == 2 || version == 3 else { throw .refused("qcow2 version \(version); 2 and 3 are understood") }
        guard Self.integer(bytes, 8, 8) == 0 else {
            throw .refused("it has a backing file: flatten it with `qemu-img convert -O qcow2` first")
        }
        guard Self.integer(bytes, 32, 4) == 0 else { throw .refused("it is encrypted: decrypt it first") }
        let clusterBits = Self.integer(bytes, 20, 4)
        guard (9...21).contains(clusterBits) else {
            throw .refused("its clusters have 2^\(clusterBits) bytes, expected 2^9 to 2^21")
        }
        virtualSize = Self.integer(bytes, 24, 8)
        guard virtualSize > 0 else { throw .refused("its virtual disk has no size") }
        guard virtualSize <= limit else {
            throw .tooLarge(what: "the virtual disk of \(virtualSize) bytes", limit: limit)
        }
        if version == 3 { try Self.checkVersion3(bytes) }
    }

    private static func checkVersion3(_ bytes: [UInt8]) throws(ImportError) {
        guard bytes.count >= 104 else { throw .refused("its header is cut off") }
        let features = integer(bytes, 72, 8)
        guard features & Feature.externalData == 0 else {
            throw .refused("its data is in an external file: flatten it with `qemu-img convert -O qcow2` first")
        }
        guard features & Feature.corrupt == 0 else {
            throw .refused("it is marked as corrupt: repair it with `qemu-img check -r all` first")
        }
        guard features & ~Feature.known == 0 else {
            throw .refused("it needs qcow2 features that are not known here (0x\(String(features, radix: 16)))")
        }
        try checkExtensions(bytes, from: integer(bytes, 100, 4))
    }

    /// Walks the header extensions: a name of an external data file is refused, whatever the feature bits say.
    private static func checkExtensions(_ bytes: [UInt8], from start: UInt64) throws(ImportError) {
        let end: UInt64 = 0
        let externalDataFile: UInt64 = 0x4441_5441
        guard start >= 104, start <= 4096 else { throw .refused("its header is \(start) bytes long") }
        var offset = Int(start)
        while offset + 8 <= bytes.count {
            let kind = integer(bytes, offset, 4)
            let length = integer(bytes, offset + 4, 4)
            if kind == end { return }
            guard kind != externalDataFile else {
                throw .refused("it names an external data file: flatten it with `qemu-img convert -O qcow2` first")
            }
            guard length <= UInt64(bytes.count) else { throw .refused("a header extension is cut off") }
            offset += 8 + (Int(length) + 7) / 8 * 8
        }
        throw .refused("its header extensions do not end")
    }

    /// A big-endian number of `count` bytes.
    private static func integer(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
