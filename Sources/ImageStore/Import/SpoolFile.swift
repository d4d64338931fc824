/// A temporary file. It is sparse: what is never written reads as zeros. Offsets and sizes are bytes.
package final class SpoolFile: Sendable {
    package let path: String
    private let file: OpenFile
    /// Zeros of this length are left out.
    private static let grain = 64 << 10

    init(path: String) throws {
        self.path = path
        file = try OpenFile(creating: path)
    }

    /// Writes `bytes`, but for long runs of zeros, at `offset`, where nothing was written before. May block the thread.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.grain, bytes.count)
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if !ZeroBytes.fill(part) { try file.write(part, at: offset + UInt64(start)) }
            start = end
        }
    }

    /// Sets the file's length.
    func truncate(to size: UInt64) throws { try file.truncate(to: size) }
}
