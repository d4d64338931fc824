extension KnownOptions {
    /// RFC 2132 section 3.14.
    package static let hostName = text(12, "host name")
    /// RFC 2132 section 3.17.
    package static let domainName = text(15, "domain name")
    /// What a NAK or DECLINE has to say (RFC 2132 section 9.9).
    package static let message = text(56, "message")
    /// RFC 2132 section 9.13.
    package static let vendorClass = text(60, "vendor class")
    /// RFC 2132 section 9.4.
    package static let tftpServerName = text(66, "TFTP server name")
    /// RFC 2132 section 9.5.
    package static let bootFileName = text(67, "boot file name")

    /// Trailing NULs, which some clients send, are no part of the text (RFC 2132 section 2).
    private static func text(_ code: UInt8, _ name: String) -> OptionFormat<String> {
        OptionFormat(
            code, name, expected: "UTF-8 text of at least one octet",
            read: { bytes in
                guard let last = bytes.lastIndex(where: { $0 != 0 }) else { return nil }
                return String(validating: bytes[...last], as: UTF8.self)
            },
            write: { $1 += $0.utf8 })
    }
}
