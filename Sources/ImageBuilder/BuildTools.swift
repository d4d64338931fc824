import BootableDisk
import Subprocess

/// Runs the outside tools that an image is built with.
package protocol BuildTools: Sendable {
    /// Runs a program to its end and returns its standard output. Throws `BuildError` with what it said where it fails.
    @discardableResult
    func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> String
}

extension BuildTools {
    /// Runs a program with nothing added to its environment.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) async throws -> String {
        try await run(program, arguments, environment: [:])
    }
}

/// The tools of this machine. Cancelling the task kills them.
package struct MachineTools: BuildTools {
    /// The most that is read of a program's output, in bytes.
    private static let outputLimit = 16 << 20
    /// How many lines of standard error an error shows.
    private static let shownLines = 12

    package init() {}

    package func run(_ program: String, _ arguments: [String], environment: [String: String]) async throws -> String {
        let settings = ["LC_ALL": "C", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in settings.merging(environment, uniquingKeysWith: { $1 }) {
            changes[Environment.Key(stringLiteral: name)] = value
        }
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name(program), arguments: Arguments(arguments), environment: .inherit.updating(changes), input: .none,
                output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        } catch let error as SubprocessError where !Task.isCancelled {
            throw BuildError("\(program) cannot run: \(error). Is the package that brings it installed?")
        }
        guard result.terminationStatus.isSuccess else {
            let lines = result.standardError.split(whereSeparator: \.isNewline).suffix(Self.shownLines)
            throw BuildError(
                "\(program) ended with \(result.terminationStatus):\n" + lines.joined(separator: "\n"))
        }
        return result.standardOutput
    }
}
