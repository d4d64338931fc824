package import NIOCore
package import NetworkTypes

/// An IPv4 packet with one UDP datagram (RFC 791, RFC 768): what a raw socket sends to a client that has no address.
package struct UDPFrame: Hashable, Sendable {
    package var source: IPv4Address
    package var sourcePort: UInt16
    package var destination: IPv4Address
    package var destinationPort: UInt16
    package var payload: ByteBuffer

    package init(
        source: IPv4Address, sourcePort: UInt16, destination: IPv4Address, destinationPort: UInt16, payload: ByteBuffer
    ) {
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.payload = payload
    }

    static let protocolNumber: UInt8 = 17
    static let headerSize = 20
    static let udpHeaderSize = 8

    /// The checksum over pseudo header and datagram; 0 over one that holds its own right checksum.
    static func checksum(source: IPv4Address, destination: IPv4Address, datagram: [UInt8]) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(source.bytes)
        sum.add(destination.bytes)
        sum.add([0, protocolNumber, UInt8(datagram.count >> 8 & 255), UInt8(datagram.count & 255)])
        sum.add(datagram)
        return sum.value
    }
}

/// Why octets are not an unfragmented IPv4 packet with one UDP datagram.
package enum UDPFrameError: Error, Hashable, Sendable {
    case truncated(expected: Int, actual: Int)
    /// IPv6, or no IP at all.
    case notIPv4
    /// Another protocol than UDP; the value is the protocol's number.
    case notUDP(UInt8)
    /// A fragment, which a raw receiver does not put together.
    case fragment
    case wrongHeaderChecksum
    case wrongUDPChecksum
    /// A payload that no UDP datagram can hold.
    case tooLong(Int)
}
