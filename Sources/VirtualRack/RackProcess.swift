import FoundationEssentials
import Glibc
import Subprocess

/// A program that runs in the rack's network until it ends or is ended, at the latest with the rack.
package struct RackProcess: Hashable, Sendable {
    let record: ProcessRecord
    /// The file with all it says.
    package let log: String

    package var pid: Int32 { record.pid }

    package var isAlive: Bool { record.isAlive }

    /// Sends a signal; nothing happens where the process is gone.
    package func signal(_ number: Int32) { record.signal(number) }

    /// Ends it by SIGTERM, by SIGKILL after `patience`, and waits for its end.
    package func end(patience: Duration = .seconds(10)) async throws { try await record.end(patience: patience) }

    /// Ends it by SIGKILL, as a power loss would, and waits for its end.
    package func kill() async throws {
        record.signal(SIGKILL)
        guard try await record.waitUntilGone(timeout: .seconds(10)) else {
            throw RackError("process \(pid) does not end after SIGKILL: it hangs in the kernel")
        }
    }

    /// Waits until the log holds `text`. Throws, with the last lines, where it does not within `timeout` or the process
    /// ends before.
    package func waitForLog(_ text: String, timeout: Duration) async throws {
        let end = ContinuousClock.now + timeout
        while true {
            let wasAlive = isAlive
            let said = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            if said.utf8.contains(Array(text.utf8)) { return }
            guard wasAlive, ContinuousClock.now < end else {
                let tail = said.split(separator: "\n").suffix(15).joined(separator: "\n")
                throw RackError("process \(pid) \(wasAlive ? "did not say" : "ended before") '\(text)':\n\(tail)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension Rack {
    /// Runs a program in the rack's network to its end.
    package func run(_ command: [String]) async throws -> ProgramOutput {
        try await Tool.attempt("ip", namespace.executing(command))
    }

    /// Runs a program in the rack's network to its end and hands over each line of its output, standard error included,
    /// as it comes. Returns its exit status.
    package func run(_ command: [String], onLine: @Sendable (String) -> Void) async throws -> Int32 {
        let joined = ["sh", "-c", #"exec "$0" "$@" 2>&1"#] + command
        let result = try await Subprocess.run(
            .name("ip"), arguments: Arguments(namespace.executing(joined)), input: .none, output: .sequence,
            error: .discarded
        ) { execution in
            for try await line in execution.standardOutput.strings() { onLine(line) }
        }
        return result.terminationStatus.code
    }

    /// Starts a program in the rack's network; `name` is its record's. Its output is appended to the file `log`.
    package func start(_ name: String, _ command: [String], log: String) async throws -> RackProcess {
        try Name.require(name, atMost: 40, of: "process")
        let file = directory.process(name)
        if let running = ProcessRecord(file: file), running.isAlive {
            throw RackError("'\(name)' runs already, as process \(running.pid)")
        }
        unlink(file)
        let script = #"echo $$ >"$0.pid"; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1"#
        let wrapped = ["setsid", "--fork", "sh", "-c", "exec </dev/null >/dev/null 2>&1; \(script)", file, log]
        try await Tool.run("ip", namespace.executing(wrapped + command))
        let process = RackProcess(record: try await started(file + ".pid"), log: log)
        try process.record.write(to: file)
        return process
    }

    /// The process that is about to write its number into `file`.
    private func started(_ file: String) async throws -> ProcessRecord {
        for _ in 0..<500 {
            let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if text.hasSuffix("\n"), let pid = Int32(text.dropLast()) {
                unlink(file)
                guard let record = ProcessRecord(running: pid) else { throw RackError("process \(pid) ended at once") }
                return record
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RackError("no process started: \(file) never appeared")
    }
}
