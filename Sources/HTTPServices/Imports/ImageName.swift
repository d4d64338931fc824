/// The names that images may have.
enum ImageName {
    /// Throws unless `name` has 1 to 64 letters, digits, dots, hyphens and underscores and begins with a letter or digit.
    static func check(_ name: String) throws(ProvisioningError) {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        }
        let bytes = Array(name.utf8)
        guard let first = bytes.first, isAlphanumeric(first), bytes.count <= 64,
            bytes.allSatisfy({ isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) })
        else {
            throw ProvisioningError(
                .invalid,
                "'\(name)' is no image name: 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit "
                    + "first")
        }
    }
}
