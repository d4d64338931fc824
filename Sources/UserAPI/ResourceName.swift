/// The form of names that people give to accounts, images and tokens.
package enum ResourceName {
    /// Whether `name` has 1 to 64 ASCII letters, digits, dots, hyphens and underscores and begins with a letter or digit.
    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    /// What `isValid` wants, as an ECMA 262 regular expression.
    package static let pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

    /// What `isValid` wants, in words.
    package static let rule = "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first"

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
