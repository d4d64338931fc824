import Glibc
import NetworkTypes

/// A TCP connection over loopback that says exactly what it is told. It never waits in the kernel.
final class RawConnection: Sendable {
    private let descriptor: CInt

    /// - Parameters:
    ///   - source: an address of loopback, by which the server tells its clients apart.
    ///   - receiveBuffer: octets of the kernel's buffer; nil leaves them to it.
    init(port: Int, source: IPv4Address = IPv4Address(127, 0, 0, 1), receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("socket: \(String(cString: strerror(errno)))") }
        if var receiveBuffer {
            _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
        }
        let descriptor = descriptor
        let isBound = Self.withAddress(source, 0) { bind(descriptor, $0, $1) } == 0
        let result = Self.withAddress(IPv4Address(127, 0, 0, 1), UInt16(port)) { Glibc.connect(descriptor, $0, $1) }
        guard isBound, result == 0 || errno == EINPROGRESS else {
            let reason = String(cString: strerror(errno))
            Glibc.close(descriptor)
            throw TestFailure("connect: \(reason)")
        }
    }

    deinit { Glibc.close(descriptor) }

    private static func withAddress<Result>(
        _ address: IPv4Address, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var internet = sockaddr_in()
        internet.sin_family = sa_family_t(AF_INET)
        internet.sin_port = port.bigEndian
        internet.sin_addr.s_addr = address.value.bigEndian
        return withUnsafePointer(to: &internet) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Sends all of it, for ten seconds at most; false where the server closed the connection meanwhile.
    @discardableResult func send(_ text: String) async throws -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while done < bytes.count, ContinuousClock.now < deadline {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count > 0 { done += count }
            if count < 0, errno != EAGAIN, errno != EINTR { return false }
            if count <= 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        return done == bytes.count
    }

    /// Says that no more will come.
    func finish() { _ = shutdown(descriptor, CInt(SHUT_WR)) }

    /// At most `count` octets of what waits: none where nothing does, nil where the server closed the connection.
    func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = recv(descriptor, &bytes, count, 0)
        if result > 0 { return Array(bytes[..<result]) }
        return result < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }

    /// What comes until the server closes the connection; nil where it does not for ten seconds.
    func readToEnd() async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while ContinuousClock.now < deadline {
            guard let more = read(65536) else { return bytes }
            bytes += more
            if more.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        }
        return nil
    }
}
