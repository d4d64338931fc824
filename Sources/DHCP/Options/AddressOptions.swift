package import NetworkTypes

extension KnownOptions {
    /// RFC 2132 section 3.3.
    package static let subnetMask = address(1, "subnet mask")
    /// RFC 2132 section 5.3.
    package static let broadcastAddress = address(28, "broadcast address")
    /// RFC 2132 section 9.1.
    package static let requestedAddress = address(50, "requested address")
    /// RFC 2132 section 9.7.
    package static let serverIdentifier = address(54, "server identifier")
    /// An address of the subnet in which a client wants its own; goes back as it came (RFC 3011).
    package static let subnetSelection = address(118, "subnet selection")

    /// RFC 2132 section 3.5.
    package static let routers = addresses(3, "routers")
    /// RFC 2132 section 3.8.
    package static let dnsServers = addresses(6, "DNS servers")
    /// RFC 2132 section 8.3.
    package static let ntpServers = addresses(42, "NTP servers")

    private static func address(_ code: UInt8, _ name: String) -> OptionFormat<IPv4Address> {
        OptionFormat(code, name, expected: "4 octets", read: { IPv4Address($0) }, write: { $1 += $0.bytes })
    }

    private static func addresses(_ code: UInt8, _ name: String) -> OptionFormat<[IPv4Address]> {
        OptionFormat(
            code, name, expected: "a multiple of 4 octets, at least 4",
            read: { bytes in
                guard !bytes.isEmpty, bytes.count.isMultiple(of: 4) else { return nil }
                return stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).compactMap {
                    IPv4Address(bytes[$0..<$0 + 4])
                }
            },
            write: { list, bytes in for address in list { bytes += address.bytes } })
    }
}
