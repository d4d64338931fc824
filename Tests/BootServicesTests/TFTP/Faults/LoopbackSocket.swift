import Glibc
import NetworkTypes

/// A UDP socket on loopback, which can have any of its addresses. It never waits in the kernel.
final class LoopbackSocket: Sendable {
    struct Datagram {
        var bytes: [UInt8]
        /// The server's port.
        var port: UInt16
        /// The address of ours that it came to.
        var destination: IPv4Address?
    }

    struct Failure: Error {
        var call: String
        var reason = String(cString: strerror(errno))
    }

    static let loopback = IPv4Address(127, 0, 0, 1)

    /// The socket's own port.
    let port: UInt16
    private let descriptor: CInt

    /// - Parameter address: `0.0.0.0` takes what comes to any address.
    init(address: IPv4Address = loopback) throws {
        descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket") }
        var own = Self.socketAddress(address, 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { own in
                bind(descriptor, own, length) == 0 && getsockname(descriptor, own, &length) == 0
            }
        }
        guard isBound else {
            let failure = Failure(call: "bind")
            close(descriptor)
            throw failure
        }
        port = UInt16(bigEndian: own.sin_port)
        set(IP_PKTINFO, at: 0, to: 1)
        set(SO_RCVBUFFORCE, at: SOL_SOCKET, to: 8 << 20)
    }

    deinit { close(descriptor) }

    private func set(_ option: CInt, at level: CInt, to value: CInt) {
        var value = value
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    static func socketAddress(_ address: IPv4Address, _ port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr.s_addr = address.value.bigEndian
        return result
    }

    /// Sends to a port of 127.0.0.1.
    func send(_ bytes: [UInt8], to port: UInt16) throws {
        var server = Self.socketAddress(Self.loopback, port)
        let sent = withUnsafePointer(to: &server) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { server in
                sendto(descriptor, bytes, bytes.count, 0, server, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == bytes.count else { throw Failure(call: "sendto") }
    }

    /// Nil where nothing waits.
    func receive() -> Datagram? {
        var bytes = [UInt8](repeating: 0, count: 2048)
        var control = [UInt8](repeating: 0, count: 64)
        var sender = sockaddr_in()
        let count = bytes.withUnsafeMutableBytes { bytes in
            control.withUnsafeMutableBytes { control in
                withUnsafeMutablePointer(to: &sender) { sender in
                    var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                    return withUnsafeMutablePointer(to: &part) { part in
                        var message = msghdr()
                        message.msg_name = UnsafeMutableRawPointer(sender)
                        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                        message.msg_iov = part
                        message.msg_iovlen = 1
                        message.msg_control = control.baseAddress
                        message.msg_controllen = control.count
                        return recvmsg(descriptor, &message, 0)
                    }
                }
            }
        }
        guard count >= 0 else { return nil }
        // A cmsghdr of 16 octets, then in_pktinfo: the interface, the local address, the packet's destination.
        let isPacketInfo = control[12] == UInt8(IP_PKTINFO)
        return Datagram(
            bytes: Array(bytes[..<count]), port: UInt16(bigEndian: sender.sin_port),
            destination: isPacketInfo ? IPv4Address(control[24..<28]) : nil)
    }

    /// The next datagram; nil where none comes for `patience`.
    func next(within patience: Duration = .seconds(10)) async throws -> Datagram? {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while ContinuousClock.now < deadline {
            if let datagram = receive() { return datagram }
            try await Task.sleep(for: .microseconds(200))
        }
        return nil
    }
}
