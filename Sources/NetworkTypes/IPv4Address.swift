/// An IPv4 address, kept as its 32 bits in host order.
public struct IPv4Address: Hashable, Sendable {
    /// The address as a number: `10.0.0.1` is `0x0A000001`.
    public let value: UInt32

    public init(value: UInt32) { self.value = value }

    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        value = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Makes an address from exactly four octets in wire order; nil for any other count.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 4 else { return nil }
        self.init(value: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// Reads dotted decimal with exactly four groups and no leading zeros; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let groups = text.split(separator: ".", omittingEmptySubsequences: false)
        guard groups.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            guard group.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(group),
                String(byte) == String(group)
            else { return nil }
            bytes.append(byte)
        }
        self.init(bytes)
    }

    /// The four octets in wire order.
    public var bytes: [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    /// `0.0.0.0`: "no address" in DHCP fields.
    public static let any = IPv4Address(value: 0)

    /// `255.255.255.255`: the limited broadcast address.
    public static let broadcast = IPv4Address(value: .max)

    /// True for `0.0.0.0`.
    public var isUnspecified: Bool { value == 0 }
}

extension IPv4Address: CustomStringConvertible, LosslessStringConvertible {
    public var description: String { bytes.map { String($0) }.joined(separator: ".") }
}

extension IPv4Address: Comparable, Strideable {
    public static func < (a: IPv4Address, b: IPv4Address) -> Bool { a.value < b.value }

    public func distance(to other: IPv4Address) -> Int { Int(other.value) - Int(value) }

    public func advanced(by n: Int) -> IPv4Address { IPv4Address(value: UInt32(Int(value) + n)) }
}

extension IPv4Address: Codable {
    public init(from decoder: any Decoder) throws { self = try decodeLossless(from: decoder, expected: "IPv4 address") }

    public func encode(to encoder: any Encoder) throws { try encodeLossless(self, to: encoder) }
}
