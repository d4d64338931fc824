package import NetworkTypes

extension OptionFormat where Value == IPv4Address {
    /// RFC 2132 section 3.3.
    package static var subnetMask: OptionFormat<IPv4Address> { address(1, "subnet mask") }
    /// RFC 2132 section 5.3.
    package static var broadcastAddress: OptionFormat<IPv4Address> { address(28, "broadcast address") }
    /// RFC 2132 section 9.1.
    package static var requestedAddress: OptionFormat<IPv4Address> { address(50, "requested address") }
    /// RFC 2132 section 9.7.
    package static var serverIdentifier: OptionFormat<IPv4Address> { address(54, "server identifier") }
    /// An address of the subnet in which a client wants its own; goes back as it came (RFC 3011).
    package static var subnetSelection: OptionFormat<IPv4Address> { address(118, "subnet selection") }

    private static func address(_ code: UInt8, _ name: String) -> Self {
        OptionFormat(code, name, expected: "4 octets", read: { IPv4Address($0) }, write: \.bytes)
    }
}

extension OptionFormat where Value == [IPv4Address] {
    /// RFC 2132 section 3.5.
    package static var routers: OptionFormat<[IPv4Address]> { addresses(3, "routers") }
    /// RFC 2132 section 3.8.
    package static var dnsServers: OptionFormat<[IPv4Address]> { addresses(6, "DNS servers") }
    /// RFC 2132 section 8.3.
    package static var ntpServers: OptionFormat<[IPv4Address]> { addresses(42, "NTP servers") }

    private static func addresses(_ code: UInt8, _ name: String) -> Self {
        OptionFormat(
            code, name, expected: "a multiple of 4 octets, at least 4",
            read: { bytes in
                guard !bytes.isEmpty, bytes.count.isMultiple(of: 4) else { return nil }
                return stride(from: 0, to: bytes.count, by: 4).compactMap { IPv4Address(bytes[$0..<$0 + 4]) }
            },
            write: { $0.flatMap(\.bytes) })
    }
}
