import Subprocess
import SystemPackage

/// A program of the distribution, run with limits of its own (prlimit(1)) and arguments that no shell sees.
struct ToolRun: Sendable {
    var program: String
    var arguments: [String]
    /// A file that the program finds at `inputPath`, whatever characters are in its name.
    var input: String?
    /// The largest address space in bytes.
    var memory: UInt64 = 1 << 30
    /// CPU time.
    var seconds = 60
    /// The largest file that it may write, in bytes.
    var fileSize: UInt64 = 0

    /// Where the program opens `input`.
    static let inputPath = "/proc/self/fd/0"

    /// What the program said.
    struct Answer: Sendable {
        /// Whether it ended with status 0.
        let isSuccess: Bool
        let output: String
        /// The last line of standard error.
        let complaint: String
    }

    /// A program that could not be started.
    struct Missing: Error, CustomStringConvertible {
        let program: String
        let reason: String
        var description: String { "cannot run \(program), which imports need: \(reason)" }
    }

    /// How much output is read, in bytes; more is an error.
    private static let outputLimit = 256 << 10

    /// Runs the program to its end; cancelling the task kills it.
    func run() async throws -> Answer {
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(limits + [program] + arguments),
            environment: .inherit.updating(["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]),
            input: .fileDescriptor(.open(FilePath(input ?? "/dev/null"), .readOnly), closeAfterSpawningProcess: true),
            output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        try Task.checkCancellation()
        let complaint = result.standardError.split(whereSeparator: \.isNewline).last.map(String.init)
        let status = result.terminationStatus
        if status == .exited(126) || status == .exited(127) {
            throw Missing(program: program, reason: complaint ?? "\(status)")
        }
        return Answer(
            isSuccess: status.isSuccess, output: result.standardOutput,
            complaint: complaint ?? "it ended with \(status)")
    }

    private var limits: [String] {
        ["--as=\(memory)", "--cpu=\(seconds)", "--fsize=\(fileSize)", "--core=0", "--"]
    }
}
