import FoundationEssentials
import Glibc

/// A directory that is removed with this object.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/var/tmp/ingot-images-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The names in the directory `name`.
    func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + name)
    }

    /// Writes a file; returns its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func read(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path + "/" + name))) }

    /// Runs a shell command in the directory; throws with what it printed where it fails.
    @discardableResult
    func shell(_ command: String) async throws -> String { try await Shell.run("cd '\(path)' && " + command) }
}

/// All of a file.
func readFile(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }
