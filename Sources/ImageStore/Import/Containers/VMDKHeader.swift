/// The header of a sparse VMDK extent (VMware Virtual Disk Format 1.1, section 4), read to refuse what reaches beyond the
/// file itself.
struct VMDKHeader: Hashable, Sendable {
    /// The virtual disk in bytes.
    let virtualSize: UInt64

    static let magic = Array("KDMV".utf8)

    /// A grain directory that the footer tells of, which ends the file.
    private static let directoryAtEnd = UInt64.max
    private static let headerSize = 512
    /// Where `qemu-img` looks for a parent, whatever the header says: the bytes after the header.
    private static let descriptor = 512..<(512 + 20 * 512)
    private static let parentHint = Array("parentFileNameHint".utf8)

    /// How much of a file's start and end `init` wants, in bytes.
    static let prefixSize = descriptor.upperBound
    static let suffixSize = 1536

    /// Checks the start and the end of a file.
    /// - Throws: `ImportError.refused` for what is no single sparse extent, for a parent, a descriptor that names other
    ///   files, and encryption; `ImportError.tooLarge` above `limit` bytes.
    init(start: [UInt8], end: [UInt8], limit: UInt64) throws(ImportError) {
        guard start.count >= Self.headerSize, start.starts(with: Self.magic) else {
            throw .refused("it was declared as vmdk, but is no single sparse VMDK: convert it with `qemu-img` first")
        }
        var header = Array(start[..<Self.headerSize])
        try Self.check(header)
        if Self.directory(header) == Self.directoryAtEnd {
            // The footer is a second header, between two markers, and it is what counts.
            guard end.count == Self.suffixSize else { throw .refused("its footer is cut off") }
            header = Array(end[512..<1024])
            try Self.check(header)
            guard Self.directory(header) != Self.directoryAtEnd else { throw .refused("its footer is damaged") }
        }
        let descriptor = start[min(Self.descriptor.lowerBound, start.count)...]
        guard !Self.contains(Self.parentHint, in: descriptor) else {
            throw .refused("it has a parent: flatten it with `qemu-img convert -O vmdk` first")
        }
        let sectors = LittleEndianBytes.integer(header, 12, 8)
        guard sectors <= limit / 512 else {
            throw .tooLarge(what: "the virtual disk of \(sectors) sectors", limit: limit)
        }
        virtualSize = sectors * 512
    }

    private static func check(_ header: [UInt8]) throws(ImportError) {
        guard header.starts(with: magic) else { throw .refused("its footer is damaged") }
        let version = LittleEndianBytes.integer(header, 4, 4)
        guard (1...3).contains(version) else { throw .refused("VMDK version \(version); 1 to 3 are understood") }
        // Without a size of its own it is a list of other files.
        guard LittleEndianBytes.integer(header, 12, 8) > 0 else {
            throw .refused("it names other files as its extents: convert it with `qemu-img` first")
        }
        let grain = LittleEndianBytes.integer(header, 20, 8)
        guard grain > 0, grain <= 0x20_0000 else { throw .refused("its grains have \(grain) sectors") }
        let entries = LittleEndianBytes.integer(header, 44, 4)
        guard entries > 0, entries <= 512 else { throw .refused("its grain tables have \(entries) entries") }
        let compression = LittleEndianBytes.integer(header, 77, 2)
        guard compression <= 1 else { throw .refused("compression \(compression); deflate is understood") }
    }

    private static func directory(_ header: [UInt8]) -> UInt64 { LittleEndianBytes.integer(header, 56, 8) }

    private static func contains(_ text: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= text.count else { return false }
        return (bytes.startIndex...bytes.endIndex - text.count).contains {
            bytes[$0..<$0 + text.count].elementsEqual(text)
        }
    }
}
