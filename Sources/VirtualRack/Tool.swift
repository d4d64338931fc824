import Subprocess

/// Runs programs of the system.
package enum Tool {
    /// The most that is kept of a program's output, in bytes.
    static let outputLimit = 16 << 20

    /// Runs a program to its end and returns its standard output. Throws where it cannot start or ends in failure.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let output = try await attempt(program, arguments)
        guard output.status == 0 else {
            let words = ([program] + arguments).joined(separator: " ")
            throw RackError("\(words): exit status \(output.status): \(output.standardError)")
        }
        return output.standardOutput
    }

    /// Runs a program to its end, however that is.
    package static func attempt(_ program: String, _ arguments: [String]) async throws -> ProgramOutput {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: outputLimit),
            error: .string(limit: outputLimit))
        return ProgramOutput(
            status: result.terminationStatus.code, standardOutput: result.standardOutput,
            standardError: result.standardError)
    }
}

/// How a program ended, and what it said.
package struct ProgramOutput: Hashable, Sendable {
    /// The exit status; the negative signal number where a signal ended it.
    package var status: Int32
    package var standardOutput: String
    package var standardError: String
}

extension TerminationStatus {
    /// The exit status, or the negative signal number.
    var code: Int32 {
        switch self {
        case .exited(let code): Int32(truncatingIfNeeded: code)
        case .signaled(let signal): -Int32(truncatingIfNeeded: signal)
        }
    }
}
