import Glibc

/// Runs one program of the system and waits for it. Calls block; the program's output is kept, its input is empty.
package enum Tool {
    /// How a program ended.
    package struct Outcome: Hashable, Sendable {
        /// The exit status; 128 and the signal's number where a signal ended it.
        package var status: Int32
        /// What it wrote to its output and error output, together: the last 16 KiB.
        package var output: String
    }

    private static let keptOutput = 16384

    /// - Parameters:
    ///   - arguments: the program, found along `PATH`, and its arguments.
    ///   - accepting: the exit statuses that are no failure.
    @discardableResult
    package static func run(_ arguments: [String], accepting: Set<Int32> = [0]) throws(DiskError) -> Outcome {
        let name = arguments.joined(separator: " ")
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DiskError("run \(name)", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = spawn(arguments, output: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard process > 0 else { throw DiskError("run \(name)", code: -process) }
        let output = drain(ends[0])
        let outcome = Outcome(status: wait(for: process), output: output)
        guard accepting.contains(outcome.status) else {
            throw DiskError("run \(name)", detail: "it ended with status \(outcome.status): \(output)")
        }
        return outcome
    }

    /// The process id, or the negative errno.
    private static func spawn(_ arguments: [String], output: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let variables: [String] = ["PATH=\(path)", "LC_ALL=C", "HOME=/"]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { (words + environment).forEach { free($0) } }
        setenv("PATH", path, 0)
        var process: pid_t = 0
        let result = posix_spawnp(&process, arguments.first ?? "", &actions, nil, &words, &environment)
        return result == 0 ? process : -result
    }

    private static func drain(_ descriptor: Int32) -> String {
        var kept: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            kept += buffer[..<count]
            if kept.count > keptOutput { kept.removeFirst(kept.count - keptOutput) }
        }
        while kept.last == 0x0A { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return 127 }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
