import FoundationEssentials
import Glibc
import ImageFormat

/// Remembers which upload a file was being sent to, so that the next run of the command goes on with it. Nothing depends on
/// it: without it, the file is sent from its start.
struct UploadNote: Sendable {
    private let file: String

    /// The same for the same file, size and date, and for no other.
    init(path: String, size: Int64, modified: Int64) {
        let home = getenv("XDG_STATE_HOME").map { String(cString: $0) } ?? Self.home + "/.local/state"
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let key = ChunkDigest(of: Array("\(absolute) \(size) \(modified)".utf8)).description
        file = "\(home)/ingot/uploads/\(key)"
    }

    private static var home: String { getenv("HOME").map { String(cString: $0) } ?? "/root" }

    /// The upload's id.
    func read() -> String? {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ id: String) {
        let folder = String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex))
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Data(id.utf8).write(to: URL(filePath: file))
    }

    func remove() { try? FileManager.default.removeItem(atPath: file) }
}
