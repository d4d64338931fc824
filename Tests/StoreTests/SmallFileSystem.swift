import Foundation
import Glibc

/// A file system of 1 MiB in memory, which goes with the value that owns it. It needs root.
final class SmallFileSystem: Sendable {
    /// What went wrong with it.
    struct Failure: Error {
        var reason: String
    }

    let path: String
    private var filler: String { path + "/filler" }

    init() throws {
        path = "/tmp/ingot-small-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path])
    }

    deinit {
        // Lazily: a store may still have its files open.
        try? Self.run("/usr/bin/umount", ["--lazy", path])
        rmdir(path)
    }

    /// Takes all the room that is left.
    func fill() throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(reason: "cannot make \(filler)") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        guard errno == ENOSPC else { throw Failure(reason: "\(filler): \(String(cString: strerror(errno)))") }
    }

    /// Gives the room back.
    func free() throws { try FileManager.default.removeItem(atPath: filler) }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(reason: "\(program) \(arguments) ended with status \(process.terminationStatus)")
        }
    }
}
