/// An Ethernet hardware address: six octets, written `52:54:00:12:34:56`.
public struct MACAddress: Hashable, Sendable {
    /// The six octets in wire order.
    public let octets: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)

    /// Makes an address from exactly six octets; nil for any other count.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        var rest = bytes.makeIterator()
        func next() -> UInt8 { rest.next() ?? 0 }
        self.init(octets: (next(), next(), next(), next(), next(), next()))
    }

    /// Reads six two-digit hexadecimal groups parted by `:` or `-`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let groups = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        guard groups.count == 6 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            guard group.utf8.count == 2, group.allSatisfy(\.isHexDigit), let byte = UInt8(group, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.init(bytes)
    }

    /// The six octets in wire order, as an array.
    public var bytes: [UInt8] { [octets.0, octets.1, octets.2, octets.3, octets.4, octets.5] }

    /// True for group addresses (IEEE 802, I/G bit), which no host can have.
    public var isMulticast: Bool { octets.0 & 1 == 1 }

    /// `ff:ff:ff:ff:ff:ff`.
    public static let broadcast = MACAddress(octets: (255, 255, 255, 255, 255, 255))

    /// `00:00:00:00:00:00`, which no host can have.
    public static let zero = MACAddress(octets: (0, 0, 0, 0, 0, 0))

    @usableFromInline
    package init(octets: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)) { self.octets = octets }

    public static func == (a: MACAddress, b: MACAddress) -> Bool { a.octets == b.octets }

    public func hash(into hasher: inout Hasher) {
        let (a, b, c, d, e, f) = octets
        hasher.combine(UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
        hasher.combine(UInt16(e) << 8 | UInt16(f))
    }
}

extension MACAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Lower-case, with colons.
    public var description: String { bytes.map(hexByte).joined(separator: ":") }

    /// Lower-case, with hyphens: the form that file names and URLs use.
    public var hyphenated: String { bytes.map(hexByte).joined(separator: "-") }
}

extension MACAddress: Comparable {
    public static func < (a: MACAddress, b: MACAddress) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

extension MACAddress: Codable {
    public init(from decoder: any Decoder) throws { self = try decodeLossless(from: decoder, expected: "MAC address") }

    public func encode(to encoder: any Encoder) throws { try encodeLossless(self, to: encoder) }
}
