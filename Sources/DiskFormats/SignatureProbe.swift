/// Tells what is on a disk or a partition by the marks that file systems, RAID members and partition tables leave.
/// Names are blkid's.
package struct SignatureProbe {
    /// Size of the disk or partition in bytes.
    let size: UInt64
    private let read: DiskReader
    /// The first octets, where most marks are.
    let head: [UInt8]

    private static let headSize: UInt64 = 72 * 1024

    /// - Parameter read: reads from the start of the disk or partition; offsets and counts are multiples of 512 only by
    ///   chance, so that readers of raw devices must align them.
    package init(size: UInt64, read: @escaping DiskReader) throws {
        self.size = size
        self.read = read
        head = size == 0 ? [] : try read(0, Int(min(size, Self.headSize)))
    }

    /// Every signature found, labels of partition tables included; empty for a blank disk.
    package func signatures() throws -> [String] {
        var found: [String] = []
        for mark in SignatureMark.all where try mark.isPresent(self) && !found.contains(mark.name) {
            found.append(mark.name)
        }
        return found
    }

    /// The file system, or what stands in the place of one; nil where none was recognised.
    package func fileSystem() throws -> String? {
        try signatures().first { $0 != "gpt" && $0 != "dos" && $0 != "PMBR" }
    }

    /// `count` octets from `offset` on; empty where they lie beyond the end.
    func bytes(at offset: UInt64, _ count: Int) throws -> [UInt8] {
        guard offset < size, size - offset >= UInt64(count) else { return [] }
        if offset + UInt64(count) <= UInt64(head.count) { return Array(head[Int(offset)..<Int(offset) + count]) }
        return try read(offset, count)
    }

    /// True if `magic` stands at `offset`.
    func holds(_ magic: [UInt8], at offset: UInt64) throws -> Bool { try bytes(at: offset, magic.count) == magic }

    /// True if `text` stands at `offset`.
    func holds(_ text: String, at offset: UInt64) throws -> Bool { try holds(Array(text.utf8), at: offset) }

    /// True if `text` stands at `distance` bytes before the end.
    func holds(_ magic: [UInt8], beforeEnd distance: UInt64) throws -> Bool {
        size >= distance ? try holds(magic, at: size - distance) : false
    }
}
