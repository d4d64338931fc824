/// A header block of a tar archive: ustar (POSIX.1-2024, pax(1)) or GNU's form of it.
struct TarHeader: Sendable {
    static let size = 512

    /// What the type flag says.
    enum Flag: UInt8 {
        case oldFile = 0
        case file = 0x30
        case hardLink = 0x31
        case symbolicLink = 0x32
        case characterDevice = 0x33
        case blockDevice = 0x34
        case directory = 0x35
        case fifo = 0x36
        case contiguousFile = 0x37
        /// `x`: records for the next entry.
        case extended = 0x78
        /// `g`: records for all entries from here on.
        case global = 0x67
        /// `L` and `K`: GNU's long path and long target of the next entry.
        case longPath = 0x4C
        case longTarget = 0x4B
        /// `S`: GNU's old form of a sparse file.
        case sparse = 0x53
    }

    let flag: Flag
    let path: [UInt8]
    let target: [UInt8]
    let size: UInt64
    let mode: UInt16
    let uid: UInt32
    let gid: UInt32
    let seconds: Int64

    /// Reads a block that is not all zeros. Throws with what is wrong with it, for people.
    init(_ block: [UInt8]) throws(ArchiveProblem) {
        guard Self.hasRightChecksum(block) else {
            throw ArchiveProblem("its header's checksum is wrong: it is damaged")
        }
        guard Self.isGNU(block) || block[257..<263].elementsEqual(Array("ustar\0".utf8)) else {
            throw ArchiveProblem("its header is neither of the ustar nor of the GNU format")
        }
        guard let flag = Flag(rawValue: block[156]) else {
            throw ArchiveProblem("it is of the type '\(TarEntry.shown([block[156]]))', which is not understood")
        }
        self.flag = flag
        path = Self.path(block)
        target = Self.text(block[157..<257])
        size = try Self.number(block[124..<136], "size", in: 0...Int64.max)
        mode = UInt16(try Self.number(block[100..<108], "mode", in: 0...0o777_7777) & 0o7777)
        uid = UInt32(try Self.number(block[108..<116], "user", in: NumberRange.owner))
        gid = UInt32(try Self.number(block[116..<124], "group", in: NumberRange.owner))
        seconds = try Self.signed(block[136..<148], "time")
    }

    private static func isGNU(_ block: [UInt8]) -> Bool { block[257..<265].elementsEqual(Array("ustar  \0".utf8)) }

    /// The path that a block has room for, whatever else is in it.
    static func path(_ block: [UInt8]) -> [UInt8] {
        let (name, prefix) = (text(block[0..<100]), isGNU(block) ? [] : text(block[345..<500]))
        return prefix.isEmpty ? name : prefix + [0x2F] + name
    }

    /// The bytes before the first zero.
    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    private static func number(
        _ field: ArraySlice<UInt8>, _ name: String, in range: ClosedRange<Int64>
    ) throws(ArchiveProblem) -> UInt64 {
        let value = try signed(field, name)
        guard range.contains(value) else { throw ArchiveProblem("its \(name) of \(value) is out of range") }
        return UInt64(value)
    }

    /// Octal digits between spaces and zeros, or, with the highest bit set, GNU's two's complement.
    private static func signed(_ field: ArraySlice<UInt8>, _ name: String) throws(ArchiveProblem) -> Int64 {
        guard let first = field.first, first & 0x80 != 0 else {
            let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
            guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
                throw ArchiveProblem("its \(name) is no octal number")
            }
            // Twelve octal digits are at most 36 bits.
            return digits.reduce(0) { $0 << 3 | Int64($1 - 0x30) }
        }
        guard first == 0x80 || first == 0xFF else { throw ArchiveProblem("its \(name) does not fit into 63 bits") }
        var value: Int64 = first == 0xFF ? -1 : 0
        for byte in field.dropFirst() {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
            guard !overflow else { throw ArchiveProblem("its \(name) does not fit into 63 bits") }
            value = shifted | Int64(byte)
        }
        return value
    }

    /// The sum of all bytes, the checksum's own taken as spaces; some old programs add signed bytes.
    static func hasRightChecksum(_ block: [UInt8]) -> Bool {
        guard let expected = try? signed(block[148..<156], "checksum") else { return false }
        var sums: (unsigned: Int64, signed: Int64) = (0, 0)
        for (index, byte) in block.enumerated() {
            let counted = (148..<156).contains(index) ? 0x20 : byte
            sums.unsigned += Int64(counted)
            sums.signed += Int64(Int8(bitPattern: counted))
        }
        return expected == sums.unsigned || expected == sums.signed
    }
}

/// What numbers of archives may be.
enum NumberRange {
    /// Users and groups; the highest number means "none" to the kernel.
    static let owner = Int64(0)...Int64(UInt32.max) - 1
}

/// What is wrong with an entry, for people; whoever knows the entry adds its name.
struct ArchiveProblem: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
