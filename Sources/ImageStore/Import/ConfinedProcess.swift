import CLinux
import Glibc
import Synchronization

/// A program that runs confined (`clinux_start_confined`), and what it says.
final class ConfinedProcess: Sendable {
    /// What it may use.
    struct Limits: Sendable {
        /// Files and directories.
        var readable: [String]
        /// Files.
        var writable: [String]
        /// Bytes of address space.
        var memory: UInt64
        /// Of CPU time.
        var seconds: Int
        /// Bytes.
        var fileSize: UInt64
    }

    /// A file that gets what it says on its standard output.
    struct Sink: Sendable {
        /// Open for writing.
        var descriptor: CInt
        /// Bytes.
        var limit: UInt64
    }

    /// How it ended.
    struct Ending: Sendable {
        /// Of waitpid(2).
        var status: CInt
        var output: String
        var error: String
    }

    private let outputLimit: Int
    private let output: CInt
    private let error: CInt
    /// Its id; nil once it is gone, so that no other process is killed in its place.
    private let process: Mutex<pid_t?>

    /// - Parameters:
    ///   - input: a descriptor, which stays the caller's.
    ///   - outputLimit: how much it may say on each of its outputs, in bytes.
    init(
        _ path: String, _ arguments: [String], environment: [String], input: CInt, _ limits: Limits, outputLimit: Int
    ) throws(FileError) {
        var outputs: [CInt] = [-1, -1]
        let id = Self.withStrings(arguments) { arguments in
            Self.withStrings(environment) { environment in
                Self.withPaths(limits.readable) { readable in
                    Self.withPaths(limits.writable) { writable in
                        var confinement = clinux_confinement(
                            readable: readable, writable: writable, memory: limits.memory,
                            seconds: UInt64(limits.seconds), file_size: limits.fileSize)
                        return clinux_start_confined(path, arguments, environment, input, &outputs, &confinement)
                    }
                }
            }
        }
        guard id > 0 else { throw FileError("run", path) }
        self.outputLimit = outputLimit
        output = outputs[0]
        error = outputs[1]
        process = Mutex(id)
    }

    /// Ends it and what it has started.
    func kill() {
        process.withLock { id in
            if let id { Glibc.kill(-id, SIGKILL) }
        }
    }

    /// How it ended; nil where it said too much, and was killed. To be called once. A conversion takes hours, so that it is
    /// waited for on a thread of its own.
    /// - Parameter sink: gets the standard output instead of the ending.
    func ending(_ sink: Sink? = nil) async -> Ending? {
        await withCheckedContinuation { continuation in
            Self.detach { continuation.resume(returning: self.wait(sink)) }
        }
    }

    private func wait(_ sink: Sink?) -> Ending? {
        var said: (output: [UInt8], error: [UInt8]) = ([], [])
        var room = sink?.limit ?? 0
        var open = [output, error].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var isTooMuch = false
        while open.contains(where: { $0.fd >= 0 }) {
            guard poll(&open, nfds_t(open.count), -1) >= 0 || errno == EINTR else { break }
            for index in open.indices where open[index].revents != 0 {
                let bytes = Self.read(open[index].fd)
                if bytes.isEmpty { open[index].fd = -1 }
                if index == 0, let sink {
                    guard bytes.count <= room, Self.write(bytes, to: sink.descriptor) else {
                        isTooMuch = true
                        break
                    }
                    room -= UInt64(bytes.count)
                } else if index == 0 {
                    said.output += bytes
                } else {
                    said.error += bytes
                }
            }
            if max(said.output.count, said.error.count) > outputLimit { isTooMuch = true }
            if isTooMuch { break }
        }
        close(output)
        close(error)
        if isTooMuch { kill() }
        let status = reap()
        guard !isTooMuch else { return nil }
        return Ending(
            status: status, output: String(decoding: said.output, as: UTF8.self),
            error: String(decoding: said.error, as: UTF8.self))
    }

    /// Waits for its end and forgets it.
    private func reap() -> CInt {
        guard let id = process.withLock({ $0 }) else { return 0 }
        var info = siginfo_t()
        // It keeps its id until nobody can kill it any more.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return process.withLock { current in
            var status: CInt = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            current = nil
            return status
        }
    }

    private static func read(_ descriptor: CInt) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            count = max(count, 0)
        }
    }

    /// False where the file does not take it.
    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { space in
            var done = 0
            while done < space.count {
                let count = Glibc.write(descriptor, space.baseAddress?.advanced(by: done), space.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    private static func detach(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        if code == 0 {
            pthread_detach(thread)
        } else {
            // Without a thread of its own it is waited for here.
            box.takeRetainedValue().body()
        }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` with the strings as C wants them, NULL at the end.
    private static func withStrings<T>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
    ) -> T {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }

    private static func withPaths<T>(_ paths: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
        withStrings(paths) { pointers in
            pointers.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: paths.count + 1) { body($0) }
        }
    }
}
