import Subprocess
import SystemPackage

/// Runs commands that make fixtures.
enum Shell {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ command: String) async throws -> String {
        let result = try await Subprocess.run(
            .path("/bin/bash"), arguments: ["-eu", "-c", command], input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure(description: "\(command): \(result.standardError)")
        }
        return result.standardOutput
    }
}
