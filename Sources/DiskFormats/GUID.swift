/// A globally unique identifier as GPT stores it (UEFI 2.10, appendix A): the first three fields little-endian.
package struct GUID: Hashable, Sendable {
    /// The sixteen octets as they stand on the disk.
    package let bytes: [UInt8]

    /// Takes exactly sixteen octets in the order of the disk; nil for any other count.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads `8-4-4-4-12` hexadecimal digits in either case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], groups.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
            return nil
        }
        let digits = Array(groups.joined())
        let printed = stride(from: 0, to: 32, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        guard printed.count == 16 else { return nil }
        bytes = Self.swapped(printed)
    }

    /// A random GUID (RFC 9562, version 4).
    package init(using generator: inout some RandomNumberGenerator) {
        var printed = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        printed[6] = printed[6] & 0x0F | 0x40
        printed[8] = printed[8] & 0x3F | 0x80
        bytes = Self.swapped(printed)
    }

    /// Sixteen zero octets: the type of an unused entry.
    package static let zero = GUID(unchecked: [UInt8](repeating: 0, count: 16))

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    private static func swapped(_ b: [UInt8]) -> [UInt8] {
        [b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]] + b[8...]
    }
}

extension GUID: CustomStringConvertible {
    /// Upper-case, `8-4-4-4-12`.
    package var description: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for (index, byte) in Self.swapped(bytes).enumerated() {
            // An untyped literal in append(_:) would be an Int of eight octets.
            if [4, 6, 8, 10].contains(index) { text += [0x2D] }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
