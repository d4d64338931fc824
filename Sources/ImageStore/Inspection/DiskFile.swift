/// A raw disk in a file, read at any place. Offsets and counts are bytes.
final class DiskFile {
    private let file: OpenFile
    let size: UInt64

    init(path: String) throws(FileError) {
        let file = try OpenFile(reading: path)
        size = try file.size()
        self.file = file
    }

    /// Exactly `count` bytes from `offset` on; throws where the file ends before.
    func read(_ offset: UInt64, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        guard found == count else {
            throw ImportError.refused("the disk ends before byte \(offset) + \(count)")
        }
        return bytes
    }
}
