import Subprocess
import SystemPackage

/// Tar archives, by the system's tar.
enum Archive {
    /// Writes a new archive; each member is a path below its directory.
    static func create(_ file: String, members: [(directory: String, path: String)]) async throws {
        try await tar(["--create", "--file", file] + members.flatMap { ["--directory", $0.directory, $0.path] })
    }

    /// Extracts into `directory`; owners of the archive are not taken over.
    static func extract(_ file: String, into directory: String) async throws {
        try await tar(["--extract", "--no-same-owner", "--file", file, "--directory", directory])
    }

    private static func tar(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name("tar"), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 16384))
        guard result.terminationStatus.isSuccess else {
            throw CommandError("tar failed: \(result.standardError)")
        }
    }
}
