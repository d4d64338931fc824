import Subprocess

/// A program of the distribution, run with limits of its own (prlimit(1)) and arguments that no shell sees.
struct ToolRun: Sendable {
    var program: String
    var arguments: [String]
    /// The largest address space in bytes.
    var memory: UInt64 = 1 << 30
    /// CPU time.
    var seconds = 60
    /// The largest file that it may write, in bytes.
    var fileSize: UInt64 = 0

    /// What the program said.
    struct Answer: Sendable {
        /// Whether it ended with status 0.
        let isSuccess: Bool
        let output: String
        /// The last line of standard error.
        let complaint: String
    }

    /// How much output is read, in bytes; more is an error.
    private static let outputLimit = 256 << 10

    /// Runs the program to its end; cancelling the task kills it.
    func run() async throws -> Answer {
        let limits = ["--as=\(memory)", "--cpu=\(seconds)", "--fsize=\(fileSize)", "--core=0", "--"]
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(limits + [program] + arguments),
            environment: .inherit.updating(["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]), input: .none,
            output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        let lines = result.standardError.split(whereSeparator: \.isNewline)
        return Answer(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            complaint: lines.last.map(String.init) ?? "it ended with \(result.terminationStatus)")
    }
}
