package import NetworkTypes

/// A UDP datagram in an IPv4 packet (RFC 768, RFC 791), as packet sockets carry it.
package struct Datagram: Hashable, Sendable {
    package var source: IPv4Address
    package var sourcePort: UInt16
    package var destination: IPv4Address
    package var destinationPort: UInt16
    package var payload: [UInt8]

    package init(
        source: IPv4Address, sourcePort: UInt16, destination: IPv4Address, destinationPort: UInt16, payload: [UInt8]
    ) {
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.payload = payload
    }

    /// The packet, with both checksums.
    package var encoded: [UInt8] {
        let length = 8 + payload.count
        var header: [UInt8] = [0x45, 0] + Self.word(20 + length) + [0, 0, 0, 0, 64, 17, 0, 0]
        header += source.bytes + destination.bytes
        header.replaceSubrange(10..<12, with: Self.word(Self.checksum(header)))
        var udp = Self.word(Int(sourcePort)) + Self.word(Int(destinationPort)) + Self.word(length)
        udp += [0, 0] + payload
        let sum = Self.checksum(Self.pseudoHeader(source, destination, length) + udp)
        // 0 would say that there is no checksum.
        udp.replaceSubrange(6..<8, with: Self.word(sum == 0 ? 0xFFFF : sum))
        return header + udp
    }

    /// Reads a packet; nil where it is no whole UDP datagram or a checksum is wrong.
    ///
    /// - Parameter checksumIsComplete: false where the sender left the UDP checksum to its network card.
    package init?(_ packet: [UInt8], checksumIsComplete: Bool = true) {
        guard packet.count >= 28, packet[0] == 0x45, packet[9] == 17, Self.checksum(Array(packet[..<20])) == 0,
            let source = IPv4Address(packet[12..<16]), let destination = IPv4Address(packet[16..<20])
        else { return nil }
        let length = Self.number(packet, at: 24)
        guard length >= 8, packet.count >= 20 + length, Self.number(packet, at: 6) & 0x3FFF == 0 else { return nil }
        let udp = Array(packet[20..<20 + length])
        if checksumIsComplete && Self.number(udp, at: 6) != 0 {
            guard Self.checksum(Self.pseudoHeader(source, destination, length) + udp) == 0 else { return nil }
        }
        self.init(
            source: source, sourcePort: UInt16(Self.number(udp, at: 0)), destination: destination,
            destinationPort: UInt16(Self.number(udp, at: 2)), payload: Array(udp[8...]))
    }

    private static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

    private static func number(_ bytes: [UInt8], at index: Int) -> Int {
        Int(bytes[index]) << 8 | Int(bytes[index + 1])
    }

    private static func pseudoHeader(_ source: IPv4Address, _ destination: IPv4Address, _ length: Int) -> [UInt8] {
        source.bytes + destination.bytes + [0, 17] + word(length)
    }

    /// RFC 1071.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += Int(bytes[index]) << 8 | (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
        }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
        return 0xFFFF - sum
    }
}
