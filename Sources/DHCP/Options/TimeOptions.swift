extension KnownOptions {
    /// Seconds; 0xFFFFFFFF is for ever (RFC 2132 section 9.2).
    package static let leaseTime = seconds(51, "lease time")
    /// T1 in seconds (RFC 2132 section 9.11).
    package static let renewalTime = seconds(58, "renewal time")
    /// T2 in seconds (RFC 2132 section 9.12).
    package static let rebindingTime = seconds(59, "rebinding time")

    private static func seconds(_ code: UInt8, _ name: String) -> OptionFormat<UInt32> {
        OptionFormat(
            code, name, expected: "4 octets",
            read: { $0.count == 4 ? $0.reduce(0) { $0 << 8 | UInt32($1) } : nil },
            write: { seconds, bytes in withUnsafeBytes(of: seconds.bigEndian) { bytes.append(contentsOf: $0) } })
    }
}
