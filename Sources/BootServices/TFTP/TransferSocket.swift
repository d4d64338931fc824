import Glibc
import NIOCore
import NetworkTypes
import TFTP

/// The socket of one transfer: bound to the address that its request came to and connected to the client, so that no
/// other sender can take part in it. Only `wait` blocks; what cannot be sent now is as good as lost.
struct TransferSocket: Sendable {
    let descriptor: CInt

    /// What came in.
    enum Received {
        case datagram
        case nothing
        /// The client's host says that nobody listens on its port.
        case refusal
    }

    /// Octets of a datagram that are read: a client sends acknowledgements and errors.
    private static let longestDatagram = 2048
    /// Octets of the kernel's buffer: two windows of the largest size.
    private static let sendBuffer: CInt = 1 << 20
    /// What cannot be done now is not done.
    static let atOnce = CInt(MSG_DONTWAIT)
    /// How long `wait` waits, in microseconds.
    private static let patience = 2000
    /// SOL_UDP and UDP_SEGMENT (udp(7)).
    private static let segment = (level: CInt(17), option: CInt(103))

    init(from address: IPv4Address, to client: SocketAddress) throws {
        let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(AF_INET, CInt(kind), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        self.descriptor = descriptor
        do {
            let own = try SocketAddress(ipAddress: "\(address)", port: 0)
            try Self.check("bind") { own.withSockAddr { bind(descriptor, $0, socklen_t($1)) } }
            try Self.check("connect") { client.withSockAddr { connect(descriptor, $0, socklen_t($1)) } }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        var size = Self.sendBuffer
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        var patience = timeval(tv_sec: 0, tv_usec: Self.patience)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func check(_ what: String, _ body: () -> CInt) throws {
        guard body() == 0 else { throw IOError(errnoCode: errno, reason: what) }
    }

    /// Lets the kernel, or the card, cut what is written into datagrams of `size` octets; 0 turns that off. False where
    /// the kernel cannot.
    func cutWrites(into size: Int) -> Bool {
        var value = CInt(size)
        return setsockopt(
            descriptor, Self.segment.level, Self.segment.option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0
    }

    /// Reads one datagram into `buffer`, instead of what it holds.
    func receive(into buffer: inout ByteBuffer) -> Received { receive(into: &buffer, Self.atOnce) }

    /// As `receive`, and waits two milliseconds for the datagram.
    func wait(into buffer: inout ByteBuffer) -> Received { receive(into: &buffer, 0) }

    private func receive(into buffer: inout ByteBuffer, _ flags: CInt) -> Received {
        buffer.clear()
        var code: CInt = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.longestDatagram) { space in
            let count = recv(descriptor, space.baseAddress, space.count, flags)
            if count < 0 { code = errno }
            return max(count, 0)
        }
        switch code {
        case 0: return .datagram
        case EAGAIN, EINTR: return .nothing
        default: return .refusal
        }
    }

    func send(_ packet: TFTPPacket) {
        var buffer = ByteBuffer()
        packet.write(into: &buffer)
        _ = buffer.withUnsafeReadableBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Self.atOnce) }
    }

    func close() { Glibc.close(descriptor) }
}
