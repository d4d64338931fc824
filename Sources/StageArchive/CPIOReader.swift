/// Why bytes are no cpio archive in the "newc" form.
package enum CPIOError: Error, Hashable, Sendable, CustomStringConvertible {
    case truncated(offset: Int)
    case wrongMagic(offset: Int)
    case malformedField(offset: Int)

    package var description: String {
        switch self {
        case .truncated(let offset): "the archive ends inside the entry at offset \(offset)"
        case .wrongMagic(let offset): "offset \(offset) should begin an entry with 070701"
        case .malformedField(let offset): "the header at offset \(offset) has a field that is no number or no name"
        }
    }
}

/// Reads archives in the "newc" form of cpio, also several behind one another with zeros between, as the kernel does.
package enum CPIOReader {
    private static let headerSize = 110

    /// The entries in their order. Throws `CPIOError`.
    package static func entries(in bytes: [UInt8]) throws(CPIOError) -> [ArchiveEntry] {
        var entries: [ArchiveEntry] = []
        var offset = 0
        while let start = bytes[offset...].firstIndex(where: { $0 != 0 }) {
            let (entry, end) = try entry(in: bytes, at: start)
            if entry.path != cpioTrailer { entries.append(entry) }
            offset = end
        }
        return entries
    }

    private static func entry(in bytes: [UInt8], at start: Int) throws(CPIOError) -> (ArchiveEntry, end: Int) {
        guard bytes[start...].starts(with: cpioMagic) else { throw .wrongMagic(offset: start) }
        guard bytes.count - start >= headerSize else { throw .truncated(offset: start) }
        let mode = try field(1, in: bytes, at: start)
        let size = Int(try field(6, in: bytes, at: start))
        let nameSize = Int(try field(11, in: bytes, at: start))
        let nameStart = start + headerSize
        let contentStart = aligned(nameStart + nameSize, from: start)
        guard nameSize > 0, contentStart + size <= bytes.count else { throw .truncated(offset: start) }
        let name = bytes[nameStart..<nameStart + nameSize - 1]
        guard bytes[nameStart + nameSize - 1] == 0, !name.contains(0) else { throw .malformedField(offset: start) }
        let path = String(decoding: name.starts(with: Array("./".utf8)) ? name.dropFirst(2) : name, as: UTF8.self)
        let entry = ArchiveEntry(path: path, mode: mode, content: Array(bytes[contentStart..<contentStart + size]))
        return (entry, min(aligned(contentStart + size, from: start), bytes.count))
    }

    /// One of the thirteen fields behind the magic number: eight hexadecimal digits.
    private static func field(_ index: Int, in bytes: [UInt8], at start: Int) throws(CPIOError) -> UInt32 {
        let first = start + cpioMagic.count + 8 * index
        let text = String(decoding: bytes[first..<first + 8], as: UTF8.self)
        guard text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16) else {
            throw .malformedField(offset: start)
        }
        return value
    }

    /// Entries are aligned to four from the archive's start; an archive itself begins at a multiple of four.
    private static func aligned(_ offset: Int, from start: Int) -> Int { start + (offset - start + 3) / 4 * 4 }
}
