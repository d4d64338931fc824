/// The identifiers of an image's file systems.
package struct ImageIdentities: Hashable, Sendable {
    /// The root file system's UUID.
    package var root: String
    /// The serial number of the FAT file system, as `blkid` writes it: `1A2B-3C4D`.
    package var esp: String

    package init(root: String, esp: String) {
        self.root = root
        self.esp = esp
    }

    /// New identifiers.
    package static func random() -> ImageIdentities {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// Identifiers of a given source of randomness: a version 4 UUID (RFC 9562) and 32 bits.
    package static func random(using generator: inout some RandomNumberGenerator) -> ImageIdentities {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map(hexadecimal).joined()
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        let serial = (0..<4).map { _ in hexadecimal(UInt8.random(in: .min ... .max, using: &generator)) }.joined()
        return ImageIdentities(
            root: groups.joined(separator: "-"), esp: "\(serial.prefix(4))-\(serial.dropFirst(4))".uppercased())
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }

    /// The text with `{{rootID}}` and `{{espID}}` replaced.
    package func fill(_ template: String) -> String {
        template.split(separator: "{{rootID}}", omittingEmptySubsequences: false).joined(separator: root)
            .split(separator: "{{espID}}", omittingEmptySubsequences: false).joined(separator: esp)
    }
}
