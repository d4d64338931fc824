/// The first bytes of a file.
enum FileStart {
    /// At most `count` bytes from the file's start.
    static func read(_ path: String, count: Int) throws(FileError) -> [UInt8] {
        let file = try OpenFile(reading: path)
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        do {
            read = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError("read", path)
        }
        return Array(bytes[..<read])
    }
}
