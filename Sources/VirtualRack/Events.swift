import FoundationEssentials
import Glibc

/// The files of QEMU's second monitor, which only tells events. They are recorded even while no client is connected.
struct EventFiles {
    /// Held open until QEMU has opened the FIFO, so that the negotiation in it is not lost.
    private let commands: CInt

    /// Makes the files anew.
    init(host: HostDirectory) throws {
        unlink(host.eventCommands)
        try Data().write(to: URL(filePath: host.eventLog))
        guard mkfifo(host.eventCommands, 0o600) == 0 else {
            throw RackError("cannot make \(host.eventCommands): \(String(cString: strerror(errno)))")
        }
        commands = open(host.eventCommands, O_RDWR | O_CLOEXEC)
        guard commands >= 0 else {
            throw RackError("cannot open \(host.eventCommands): \(String(cString: strerror(errno)))")
        }
        let line = try QMPCommand("qmp_capabilities").line()
        guard line.withUnsafeBytes({ write(commands, $0.baseAddress, $0.count) }) == line.count else {
            close()
            throw RackError("cannot write to \(host.eventCommands)")
        }
    }

    func close() { _ = Glibc.close(commands) }
}

extension VirtualHost {
    /// What happened since the host was last switched on, oldest first: `RESET`, `STOP`, `RESUME`, `SHUTDOWN`, ...
    package func events() throws -> [QMPEvent] {
        let data = FileManager.default.contents(atPath: files.eventLog) ?? Data()
        guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return try data[..<end].split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard case .event(let event) = try QMPMessage(line: line) else { return nil }
            return event
        }
    }

    /// Waits until an event of this name has happened `count` times since the host was last switched on.
    package func waitForEvent(_ name: String, count: Int = 1, timeout: Duration) async throws {
        let end = ContinuousClock.now + timeout
        while try events().filter({ $0.name == name }).count < count {
            guard ContinuousClock.now < end else {
                throw RackError("host \(self.name): no \(name) number \(count) within \(timeout)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
