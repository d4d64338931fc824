import DHCP
import Glibc
import NIOCore
import NetworkTypes

/// Sends UDP datagrams to loopback from whatever source it is told. It needs root.
final class Spoofer: Sendable {
    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_RAW.rawValue), CInt(IPPROTO_RAW))
        guard descriptor >= 0 else { throw LoopbackSocket.Failure(call: "raw socket") }
    }

    deinit { close(descriptor) }

    /// Sends to a port of 127.0.0.1.
    func send(_ payload: [UInt8], from source: IPv4Address, port sourcePort: UInt16, to port: UInt16) throws {
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: source, sourcePort: sourcePort, destination: LoopbackSocket.loopback, destinationPort: port,
                payload: ByteBuffer(bytes: payload)))
        let bytes = Array(packet.readableBytesView)
        var server = LoopbackSocket.socketAddress(LoopbackSocket.loopback, 0)
        let sent = withUnsafePointer(to: &server) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { server in
                sendto(descriptor, bytes, bytes.count, 0, server, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == bytes.count else { throw LoopbackSocket.Failure(call: "sendto") }
    }
}
