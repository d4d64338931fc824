import CLinux
import Glibc
import Synchronization

/// A program of the distribution, which reads what others made: confined to the files that it is given, without a network
/// and other processes (`clinux_start_confined`), with limits of its own, and arguments that no shell sees.
package struct ToolRun: Sendable {
    package var program: String
    package var arguments: [String]
    /// A file that the program finds at `inputPath`, whatever characters are in its name.
    package var input: String?
    /// Files that the program reads by their names.
    package var reads: [String]
    /// Files, which exist, that the program writes.
    package var writes: [String]
    /// What its environment has besides.
    package var environment: [String: String]
    /// The largest address space in bytes.
    package var memory: UInt64
    /// CPU time.
    package var seconds: Int
    /// The largest file that it may write, in bytes.
    package var fileSize: UInt64

    package init(
        program: String, arguments: [String], input: String? = nil, reads: [String] = [], writes: [String] = [],
        environment: [String: String] = [:], memory: UInt64 = 1 << 30, seconds: Int = 60, fileSize: UInt64 = 0
    ) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.reads = reads
        self.writes = writes
        self.environment = environment
        self.memory = memory
        self.seconds = seconds
        self.fileSize = fileSize
    }

    /// Where the program opens `input`.
    static let inputPath = "/proc/self/fd/0"

    /// What the program said.
    package struct Answer: Sendable {
        /// Whether it ended with status 0.
        package let isSuccess: Bool
        package let output: String
        /// The last line of standard error.
        package let complaint: String
    }

    /// A program that could not be started.
    struct Missing: Error, CustomStringConvertible {
        let program: String
        let reason: String
        var description: String { "cannot run \(program), which imports need: \(reason)" }
    }

    /// How much output is read, in bytes; more is an error.
    private static let outputLimit = 256 << 10
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    /// What programs of the distribution need to run at all.
    private static let system = [
        "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/mtools.conf", "/etc/mke2fs.conf",
        "/etc/gnutls", "/etc/ssl/openssl.cnf", "/dev/null", "/dev/zero", "/dev/urandom",
    ]
    private static let environment = ["LC_ALL=C", "PATH=" + folders.joined(separator: ":"), "HOME=/nonexistent"]

    /// What the running kernel cannot keep from a program, for whoever runs the server; nil where that is nothing.
    package static var gap: String? {
        guard clinux_landlock_version() == 0 else { return nil }
        return "this kernel has no Landlock: programs that read disk images see all files of this machine"
    }

    /// Runs the program to its end; cancelling the task kills it.
    package func run() async throws -> Answer { try await answer(of: start()) }

    /// As `run`; what the program says goes over the file at `path`, `fileSize` bytes of it at most.
    func run(into path: String) async throws -> Answer {
        let file = Glibc.open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard file >= 0 else { throw FileError("open", path) }
        defer { close(file) }
        return try await answer(of: start(), sink: ConfinedProcess.Sink(descriptor: file, limit: fileSize))
    }

    private func answer(of process: ConfinedProcess, sink: ConfinedProcess.Sink? = nil) async throws -> Answer {
        try await withTaskCancellationHandler {
            let ending = await process.ending(sink)
            try Task.checkCancellation()
            guard let ending else {
                throw ImportError.conversion(
                    "\(program) says more than \(sink?.limit ?? UInt64(Self.outputLimit)) bytes")
            }
            let complaint = ending.error.split(whereSeparator: \.isNewline).last.map(String.init)
            return Answer(
                isSuccess: ending.status == 0, output: ending.output,
                complaint: complaint ?? "it ended with \(Self.text(ending.status))")
        } onCancel: {
            process.kill()
        }
    }

    private func start() throws -> ConfinedProcess {
        guard let path = Self.folders.lazy.map({ $0 + "/" + program }).first(where: { access($0, X_OK) == 0 })
        else {
            throw Missing(program: program, reason: "it is not in \(Self.folders.joined(separator: ", "))")
        }
        let file = Glibc.open(input ?? "/dev/null", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError("open", input ?? "/dev/null") }
        defer { close(file) }
        let limits = ConfinedProcess.Limits(
            readable: Self.system + reads + (input.map { [$0] } ?? []), writable: writes, memory: memory,
            seconds: seconds, fileSize: fileSize)
        do {
            return try ConfinedProcess(
                path, [program] + arguments,
                environment: Self.environment + environment.map { "\($0.key)=\($0.value)" }, input: file, limits,
                outputLimit: Self.outputLimit)
        } catch {
            throw Missing(program: program, reason: "\(error)")
        }
    }

    /// A status of waitpid(2).
    private static func text(_ status: CInt) -> String {
        status & 0x7F == 0 ? "status \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
    }
}
