/// The SMBIOS system UUID of a host (SMBIOS 3.x, section 7.2.1), kept in the order in which it is printed.
///
/// Firmware sends it in DHCP option 97 in one of two byte orders: as printed (RFC 4122 order), or with the first three
/// fields little-endian as SMBIOS stores them. `swapped` turns one into the other, so that both find the same host.
public struct SystemUUID: Hashable, Sendable {
    /// The sixteen octets in printed order.
    public let bytes: [UInt8]

    /// Takes exactly sixteen octets in printed order; nil for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads `8-4-4-4-12` hexadecimal digits in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], groups.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
            return nil
        }
        let digits = Array(groups.joined())
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// The same UUID with its first three fields in the other byte order.
    public var swapped: SystemUUID {
        let b = bytes
        return SystemUUID(unchecked: [b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]] + b[8...])
    }

    /// False for the all-zero and all-one values that boards without a UUID report.
    public var isIdentifying: Bool { !bytes.allSatisfy { $0 == 0 } && !bytes.allSatisfy { $0 == 0xFF } }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension SystemUUID: CustomStringConvertible, LosslessStringConvertible {
    /// Lower-case, `8-4-4-4-12`.
    public var description: String {
        let h = hexString(bytes)
        var groups: [Substring] = []
        var rest = h[...]
        for count in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return groups.joined(separator: "-")
    }
}

extension SystemUUID: Codable {
    public init(from decoder: any Decoder) throws { self = try decodeLossless(from: decoder, expected: "system UUID") }

    public func encode(to encoder: any Encoder) throws { try encodeLossless(self, to: encoder) }
}
