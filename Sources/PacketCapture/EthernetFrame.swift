package import NetworkTypes

/// As much of a frame as the capture has to understand. Whatever is cut short reads as absent.
package struct EthernetFrame<Bytes: RandomAccessCollection> where Bytes.Element == UInt8, Bytes.Index == Int {
    /// Counted from 0.
    private let bytes: Bytes
    /// Octets before the packet. A tag that names no VLAN but a priority stands in between (IEEE 802.1Q, 6.9.1).
    private let headerLength: Int
    /// Where the payload of an IPv4 packet of protocol UDP begins (RFC 791): the UDP header, but in later fragments.
    private let udpOffset: Int?

    private static var shortestHeader: Int { 14 }
    /// Octets that are kept of a datagram's payload, unless it is DHCP's.
    private static var payloadLength: Int { 128 }

    package init(_ bytes: Bytes) {
        self.bytes = bytes
        func word(at offset: Int) -> Int? { Self.word(at: offset, in: bytes) }
        let isPriorityTagged = word(at: 12) == 0x8100 && word(at: 14).map { $0 & 0xFFF } == 0
        headerLength = isPriorityTagged ? Self.shortestHeader + 4 : Self.shortestHeader
        let isUDP =
            word(at: headerLength - 2) == 0x0800 && bytes.count >= headerLength + 20 && bytes[headerLength + 9] == 17
        udpOffset = isUDP ? headerLength + Int(bytes[headerLength] & 15) * 4 : nil
    }

    /// The host that the frame is from or for: a DHCP message's client, even where a relay agent or a broadcast carries
    /// it; else whoever is not this machine. Nil where there is none.
    /// - Parameter own: this machine's hardware address on the interface.
    package func host(own: MACAddress) -> MACAddress? {
        if let client = dhcpClient { return client }
        guard bytes.count >= Self.shortestHeader, let destination = MACAddress(bytes[0..<6]),
            let source = MACAddress(bytes[6..<12])
        else { return nil }
        return [source, destination].first { $0 != own && !$0.isMulticast && $0 != .zero }
    }

    /// True for a DHCP message from or to firmware or a boot loader: they say so in their vendor class (option 60), which
    /// is given back to them.
    package var isOfBootClient: Bool {
        guard isDHCP, let udpOffset else { return false }
        var offset = udpOffset + 8 + 240
        while offset + 1 < bytes.count, bytes[offset] != 255 {
            let end = bytes[offset] == 0 ? offset + 1 : offset + 2 + Int(bytes[offset + 1])
            if bytes[offset] == 60 {
                let name = bytes[(offset + 2)..<max(offset + 2, min(end, bytes.count))]
                return name.starts(with: "PXEClient".utf8) || name.starts(with: "HTTPClient".utf8)
            }
            offset = end
        }
        return false
    }

    /// How many octets of the frame are worth keeping.
    package var keptLength: Int {
        guard let datagram = udpOffset, !isDHCP else { return bytes.count }
        return min(bytes.count, datagram + 8 + Self.payloadLength)
    }

    /// The IPv4 packet of another machine's datagram to DHCP clients (port 68, RFC 2131 section 4.1) with its sender; nil
    /// for others.
    /// - Parameter own: this machine's hardware address on the interface.
    package func packetToDHCPClients(own: MACAddress) -> (bytes: [UInt8], sender: MACAddress)? {
        guard isDHCP, let udpOffset, word(at: udpOffset + 2) == 68, let sender = MACAddress(bytes[6..<12]),
            sender != own
        else { return nil }
        return (Array(bytes[headerLength...]), sender)
    }

    private static func word(at offset: Int, in bytes: Bytes) -> Int? {
        offset + 1 < bytes.count ? Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) : nil
    }

    private func word(at offset: Int) -> Int? { Self.word(at: offset, in: bytes) }

    private var isDHCP: Bool {
        guard let udpOffset, let fragment = word(at: headerLength + 6), fragment & 0x1FFF == 0,
            let source = word(at: udpOffset), let destination = word(at: udpOffset + 2)
        else { return false }
        return [source, destination].contains { $0 == 67 || $0 == 68 || $0 == 4011 }
    }

    /// chaddr of a DHCP message with an Ethernet address (RFC 2131 section 2).
    private var dhcpClient: MACAddress? {
        guard isDHCP, let udpOffset else { return nil }
        let message = udpOffset + 8
        guard message + 34 <= bytes.count, bytes[message + 2] == 6 else { return nil }
        return MACAddress(bytes[(message + 28)..<(message + 34)])
    }
}
