import CLinux
import Glibc
package import NetworkTypes

/// A packet socket (packet(7)) on one interface, without link headers and without blocking. It belongs to the network
/// namespace of the thread that opens it.
package final class PacketSocket: Sendable {
    /// What a packet carries.
    package struct EtherType: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let ipv4 = EtherType(rawValue: 0x0800)
        package static let arp = EtherType(rawValue: 0x0806)
    }

    /// One packet that came in.
    package struct Packet: Hashable, Sendable {
        package var source: MACAddress?
        package var bytes: [UInt8]
        /// False where the sender left the UDP checksum to its network card, which on a virtual link never ran.
        package var checksumIsComplete: Bool
    }

    private let descriptor: Int32
    private let interface: NetworkInterface
    private let type: EtherType

    /// - Parameters:
    ///   - udpPort: lets only UDP datagrams to this port in.
    ///   - receives: false for a socket that only sends: no packet waits in it.
    package init(
        on interface: NetworkInterface, type: EtherType, udpPort: UInt16? = nil, receives: Bool = true
    ) throws(NetworkError) {
        self.interface = interface
        self.type = type
        let result = ingot_packet_socket(interface.index, receives ? type.rawValue : 0)
        guard result >= 0 else { throw NetworkError("opening a packet socket on \(interface.name)", code: -result) }
        descriptor = result
        guard let udpPort else { return }
        let filtered = ingot_packet_filter_udp(result, udpPort)
        guard filtered >= 0 else { throw NetworkError("filtering packets of \(interface.name)", code: -filtered) }
    }

    deinit { close(descriptor) }

    /// Sends one packet to a hardware address.
    package func send(_ bytes: [UInt8], to mac: MACAddress) throws(NetworkError) {
        let result = ingot_packet_send(
            descriptor, interface.index, type.rawValue, mac.bytes, bytes, bytes.count)
        guard result >= 0 else {
            throw NetworkError("sending to \(mac) on \(interface.name)", code: Int32(clamping: -result))
        }
    }

    /// The next packet; nil where none waits. A link that went down is no error: packets come again when it is back.
    package func receive() throws(NetworkError) -> Packet? {
        var buffer = [UInt8](repeating: 0, count: 9216)
        var mac = [UInt8](repeating: 0, count: 6)
        var complete: Int32 = 1
        let count = ingot_packet_receive(descriptor, &buffer, buffer.count, &mac, &complete)
        guard count >= 0 else {
            let code = Int32(clamping: -count)
            if [EAGAIN, EINTR, ENETDOWN, ENOBUFS].contains(code) { return nil }
            throw NetworkError("receiving on \(interface.name)", code: code)
        }
        return Packet(
            source: MACAddress(mac), bytes: Array(buffer[..<min(count, buffer.count)]),
            checksumIsComplete: complete != 0)
    }
}
