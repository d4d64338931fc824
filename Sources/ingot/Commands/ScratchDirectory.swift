import FoundationEssentials
import Glibc

/// A private directory on the same file system as `neighbour`, removed with everything in it at the end.
final class ScratchDirectory {
    let path: String

    init(beside neighbour: String) throws {
        let parent = neighbour.lastIndex(of: "/").map { String(neighbour[..<$0]) } ?? "."
        var template = Array((parent + "/.ingot-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError("cannot make a directory in \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Changes of names that survive a power loss.
enum Durable {
    /// Renames `source`, which must be on the same file system, after its content is on the medium.
    static func move(_ source: String, to target: String) throws {
        try synchronize(source)
        guard rename(source, target) == 0 else {
            throw CommandError("cannot move to \(target): \(String(cString: strerror(errno)))")
        }
        try synchronize(target.lastIndex(of: "/").map { String(target[..<$0]) } ?? ".")
    }

    private static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandError("cannot open \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw CommandError("cannot flush \(path): \(String(cString: strerror(errno)))")
        }
    }
}
