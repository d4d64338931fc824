import FoundationEssentials
import Glibc
import Testing
import VirtualRack

/// A directory that goes with its last user.
final class ScratchDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/var/tmp/rack-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: file(name))) }

    /// Runs qemu-io with these commands on a blank disk of 4 MiB behind blklogwrites, and reads the log.
    func recordedLog(_ commands: [String]) async throws -> BlockLog {
        try Data(count: 4 << 20).write(to: URL(filePath: file("disk")))
        try Data().write(to: URL(filePath: file("log")))
        let options =
            "driver=blklogwrites,file.driver=file,file.filename=\(file("disk")),log.driver=file,"
            + "log.filename=\(file("log")),discard=unmap"
        let output = try await Tool.attempt(
            "qemu-io", commands.flatMap { ["-c", $0] } + ["--image-opts", options])
        try #require(output.status == 0, "\(output.standardError)")
        return try BlockLog(file: file("log"))
    }
}
