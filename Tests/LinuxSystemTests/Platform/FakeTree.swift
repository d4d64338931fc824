import FoundationEssentials
import LinuxSystem

/// Files below a directory of its own, which stand for `/sys` and `/proc`.
final class FakeTree {
    let root: String
    var tree: SystemTree { SystemTree(root: root) }

    init(_ files: [String: String]) throws {
        root = "/tmp/ingot-tree-\(UInt64.random(in: 0 ... .max))"
        for (path, text) in files { try add(path, Array(text.utf8)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func add(_ path: String, _ bytes: [UInt8]) throws {
        let full = root + path
        let parent = full.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: full))
    }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: root + path, withDestinationPath: target)
    }
}
