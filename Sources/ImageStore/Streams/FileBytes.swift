/// The bytes of a file.
final class FileBytes: ByteSource {
    private let file: OpenFile
    private(set) var consumed: UInt64 = 0

    init(path: String) throws { file = try OpenFile(reading: path) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try file.read(into: buffer)
        consumed += UInt64(count)
        return count
    }
}
