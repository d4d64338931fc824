import AgentProtocol

/// The bytes of an image that hold its partition table. They are kept off the disk until `commit`: the MBR and the
/// primary table at the image's start, the backup table at its end.
package struct TableArea: Hashable, Sendable {
    /// Both parts in order; they do not overlap.
    package let ranges: [Range<UInt64>]
    /// What the image has there, as far as it was fetched; zeros else.
    package private(set) var contents: [[UInt8]]

    /// The octets that the entries of a common table take: 128 of 128 octets.
    private static let entriesSize: UInt64 = 16384

    /// - Parameters:
    ///   - imageSize: bytes, a multiple of the sector size.
    ///   - sectorSize: 512 or 4096 bytes.
    package init(imageSize: UInt64, sectorSize: Int) {
        let sector = UInt64(sectorSize)
        let head = min(imageSize, 2 * sector + Self.entriesSize)
        let tail = min(imageSize - head, sector + Self.entriesSize)
        ranges = [0..<head, imageSize - tail..<imageSize]
        contents = ranges.map { [UInt8](repeating: 0, count: $0.count) }
    }

    /// Sector 0 of the image: the MBR with its boot code.
    package func bootSector(size: Int) -> [UInt8] { Array(contents[0].prefix(size)) }

    /// True if `range` covers a part of the table.
    package func overlaps(_ range: Range<UInt64>) -> Bool { ranges.contains { $0.overlaps(range) } }

    /// Takes the table out of a chunk that lies at `range`: keeps its bytes and leaves zeros.
    package mutating func takeOut(of memory: UnsafeMutableRawBufferPointer, at range: Range<UInt64>) {
        for (index, part) in ranges.enumerated() where part.overlaps(range) {
            let common = part.clamped(to: range)
            for byte in common {
                contents[index][Int(byte - part.lowerBound)] = memory[Int(byte - range.lowerBound)]
                memory[Int(byte - range.lowerBound)] = 0
            }
        }
    }

    /// Puts the image's table back into a chunk that was read from the disk, so that its digest can be checked.
    ///
    /// - Returns: false if the table's place was not all zeros.
    package func putBack(into memory: UnsafeMutableRawBufferPointer, at range: Range<UInt64>) -> Bool {
        var wasBlank = true
        for (index, part) in ranges.enumerated() where part.overlaps(range) {
            for byte in part.clamped(to: range) {
                wasBlank = wasBlank && memory[Int(byte - range.lowerBound)] == 0
                memory[Int(byte - range.lowerBound)] = contents[index][Int(byte - part.lowerBound)]
            }
        }
        return wasBlank
    }
}

extension TableArea {
    /// The image's bytes within the table's area. Throws for anything outside it.
    package func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        for (index, part) in ranges.enumerated() where part.contains(offset) {
            let start = Int(offset - part.lowerBound)
            guard start + count <= part.count else { break }
            return Array(contents[index][start..<start + count])
        }
        throw PhaseFailure(.imageUnfit, "the image's table reaches beyond its common place, to byte \(offset)")
    }
}
