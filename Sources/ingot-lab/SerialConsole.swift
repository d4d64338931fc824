import ArgumentParser
import Glibc
import VirtualRack

/// The terminal, joined with a serial port's socket until Ctrl-] or the port's end.
struct SerialConsole {
    private static let escapeKey: UInt8 = 0x1D
    private let port: CInt

    init(socket path: String) throws {
        port = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { throw ValidationError("\(path) is too long for a socket") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(port, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard port >= 0, status == 0 else {
            throw ValidationError(
                "cannot connect to the serial port (\(String(cString: strerror(errno)))): is the host on?")
        }
    }

    /// Blocks; puts the terminal back into its state at the end.
    func interact() throws {
        var original = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &original) == 0
        if isTerminal {
            var raw = original
            cfmakeraw(&raw)
            tcsetattr(STDIN_FILENO, TCSANOW, &raw)
            print("Ctrl-] leaves this console.\r")
        }
        defer {
            if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &original) }
            close(port)
        }
        var ends = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: port, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&ends, 2, -1) >= 0 || errno == EINTR else { return }
            if ends[1].revents != 0, !Self.move(from: port, to: STDOUT_FILENO, until: nil) { return }
            if ends[0].revents != 0, !Self.move(from: STDIN_FILENO, to: port, until: Self.escapeKey) { return }
        }
    }

    /// Copies what is there; false at the end of the stream or at the byte `end`.
    private static func move(from source: CInt, to target: CInt, until end: UInt8?) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(source, &bytes, bytes.count)
        guard count > 0 else { return false }
        let piece = bytes[..<count].prefix { $0 != end }
        var sent = 0
        while sent < piece.count {
            let length = piece.dropFirst(sent).withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
            guard length > 0 else { return false }
            sent += length
        }
        return piece.count == count
    }
}
