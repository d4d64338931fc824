import CLinux
import Glibc
package import NIOCore
package import NetworkTypes

/// A UDP socket of a server that speaks on one interface only. It never blocks.
package struct BoundUDPSocket: Sendable {
    package let descriptor: CInt

    /// Octets of a datagram that are read; what is longer is cut.
    private static let longestDatagram = 2048

    /// Opens a socket on `port` of every address, bound to the interface (SO_BINDTODEVICE), which may broadcast.
    package init(interface: String, port: UInt16) throws(NetworkError) {
        descriptor = ingot_udp_socket(interface, port)
        guard descriptor >= 0 else { throw NetworkError("opening UDP port \(port) on \(interface)", code: -descriptor) }
    }

    /// The next datagram that has come in; nil where none has. What was refused to an earlier one is passed over.
    package func receive() throws(NetworkError) -> UDPDatagram? {
        var sender = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var code: CInt = 0
        // Most datagrams are much shorter than what is made ready for them.
        let payload = withUnsafeTemporaryAllocation(byteCount: Self.longestDatagram, alignment: 8) { space in
            let count = withUnsafeMutablePointer(to: &sender) { place in
                place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                    recvfrom(descriptor, space.baseAddress, space.count, 0, place, &size)
                }
            }
            if count < 0 { code = errno }
            return ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: space.prefix(max(count, 0))))
        }
        switch code {
        case 0:
            return UDPDatagram(
                sender: IPv4Address(value: UInt32(bigEndian: sender.sin_addr.s_addr)),
                senderPort: UInt16(bigEndian: sender.sin_port), payload: payload)
        case EAGAIN, EINTR, ECONNREFUSED, EHOSTUNREACH: return nil
        default: throw NetworkError("reading datagrams", code: code)
        }
    }

    package func send(_ payload: ByteBuffer, to address: IPv4Address, port: UInt16) throws(NetworkError) {
        var receiver = sockaddr_in()
        receiver.sin_family = sa_family_t(AF_INET)
        receiver.sin_addr.s_addr = address.value.bigEndian
        receiver.sin_port = port.bigEndian
        let code = payload.withUnsafeReadableBytes { bytes in
            withUnsafePointer(to: receiver) { place in
                place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
                    return sendto(descriptor, bytes.baseAddress, bytes.count, 0, place, size) < 0 ? errno : 0
                }
            }
        }
        guard code == 0 else { throw NetworkError("sending a datagram to \(address):\(port)", code: code) }
    }

    package func close() { Glibc.close(descriptor) }
}

/// A datagram that came in.
package struct UDPDatagram: Sendable {
    package var sender: IPv4Address
    package var senderPort: UInt16
    package var payload: ByteBuffer

    package init(sender: IPv4Address, senderPort: UInt16, payload: ByteBuffer) {
        self.sender = sender
        self.senderPort = senderPort
        self.payload = payload
    }
}
