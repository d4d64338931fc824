extension OptionFormat where Value == String {
    /// RFC 2132 section 3.14.
    package static var hostName: Self { text(12, "host name") }
    /// RFC 2132 section 3.17.
    package static var domainName: Self { text(15, "domain name") }
    /// What a NAK or DECLINE has to say (RFC 2132 section 9.9).
    package static var message: Self { text(56, "message") }
    /// RFC 2132 section 9.13.
    package static var vendorClass: Self { text(60, "vendor class") }
    /// RFC 2132 section 9.4.
    package static var tftpServerName: Self { text(66, "TFTP server name") }
    /// RFC 2132 section 9.5.
    package static var bootFileName: Self { text(67, "boot file name") }

    /// Trailing NULs, which some clients send, are no part of the text (RFC 2132 section 2).
    private static func text(_ code: UInt8, _ name: String) -> Self {
        OptionFormat(
            code, name, expected: "UTF-8 text of at least one octet",
            read: { bytes in
                let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
                guard end > 0 else { return nil }
                return String(validating: bytes[..<end], as: UTF8.self)
            },
            write: { Array($0.utf8) })
    }
}
