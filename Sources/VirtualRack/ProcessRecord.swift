import FoundationEssentials
import Glibc

/// A process that the rack started. The start time tells it from a later process with the same number.
struct ProcessRecord: Hashable, Sendable {
    let pid: Int32
    /// Clock ticks since the machine's start (`/proc/PID/stat`, field 22).
    let startTime: UInt64

    /// The running process `pid`; nil where there is none.
    init?(running pid: Int32) {
        guard let stat = ProcessStatus(of: pid), !stat.isDead else { return nil }
        self.pid = pid
        startTime = stat.startTime
    }

    /// Reads `PID START`; nil where the file is missing or malformed.
    init?(file: String) {
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let pid = Int32(fields[0]), pid > 1, let start = UInt64(fields[1]) else { return nil }
        self.pid = pid
        startTime = start
    }

    /// Writes the record so that it is there whole or not at all.
    func write(to file: String) throws {
        try Data("\(pid) \(startTime)\n".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// True while this very process runs; zombies are dead.
    var isAlive: Bool {
        guard let stat = ProcessStatus(of: pid) else { return false }
        return stat.startTime == startTime && !stat.isDead
    }

    /// Sends a signal to this very process, and to no other.
    func signal(_ number: Int32) {
        guard isAlive else { return }
        _ = kill(pid, number)
    }

    /// Waits until the process is gone; false where it still runs after `timeout`.
    func waitUntilGone(timeout: Duration) async throws -> Bool {
        let end = ContinuousClock.now + timeout
        while isAlive {
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Asks the process to end, and ends it after `patience`.
    func end(patience: Duration = .seconds(3)) async throws {
        signal(SIGTERM)
        if try await waitUntilGone(timeout: patience) { return }
        signal(SIGKILL)
        guard try await waitUntilGone(timeout: .seconds(10)) else {
            throw RackError("process \(pid) does not end after SIGKILL: it hangs in the kernel")
        }
    }
}

/// The fields of `/proc/PID/stat` that tell whether a process is the one that was meant.
private struct ProcessStatus {
    let isDead: Bool
    let startTime: UInt64

    init?(of pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // The second field is the program's name in parentheses and may hold anything.
        let text = String(decoding: data, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let state = fields.first, let start = UInt64(fields[19]) else { return nil }
        // A zombie whose other threads still end holds its files and locks.
        let threads = Int(fields[17]) ?? 0
        isDead = (state == "Z" || state == "X") && threads <= 1
        startTime = start
    }
}
