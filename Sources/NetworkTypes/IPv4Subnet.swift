/// An IPv4 network in CIDR form: `10.4.0.0/24`.
public struct IPv4Subnet: Hashable, Sendable {
    /// The network address; its host bits are zero.
    public let network: IPv4Address
    /// The prefix length, 0...32.
    public let prefixLength: Int

    /// The subnet that holds `address`; nil when `prefixLength` is outside 0...32.
    public init?(containing address: IPv4Address, prefixLength: Int) {
        guard (0...32).contains(prefixLength) else { return nil }
        self.prefixLength = prefixLength
        network = IPv4Address(value: address.value & Self.mask(prefixLength))
    }

    /// Reads `a.b.c.d/n` whose host bits are zero; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let length = Int(parts[1]),
            String(length) == String(parts[1]), let subnet = IPv4Subnet(containing: address, prefixLength: length),
            subnet.network == address
        else { return nil }
        self = subnet
    }

    /// The netmask as an address: `255.255.255.0` for a /24.
    public var netmask: IPv4Address { IPv4Address(value: Self.mask(prefixLength)) }

    /// The directed broadcast address.
    public var broadcast: IPv4Address { IPv4Address(value: network.value | ~Self.mask(prefixLength)) }

    public func contains(_ address: IPv4Address) -> Bool {
        address.value & Self.mask(prefixLength) == network.value
    }

    private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : UInt32.max << UInt32(32 - length) }
}

extension IPv4Subnet: CustomStringConvertible, LosslessStringConvertible {
    public var description: String { "\(network)/\(prefixLength)" }
}

extension IPv4Subnet: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decodeLossless(from: decoder, expected: "subnet in CIDR form without host bits")
    }

    public func encode(to encoder: any Encoder) throws { try encodeLossless(self, to: encoder) }
}
