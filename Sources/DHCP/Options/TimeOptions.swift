extension OptionFormat where Value == UInt32 {
    /// Seconds; 0xFFFFFFFF is for ever (RFC 2132 section 9.2).
    package static var leaseTime: Self { seconds(51, "lease time") }
    /// T1 in seconds (RFC 2132 section 9.11).
    package static var renewalTime: Self { seconds(58, "renewal time") }
    /// T2 in seconds (RFC 2132 section 9.12).
    package static var rebindingTime: Self { seconds(59, "rebinding time") }

    private static func seconds(_ code: UInt8, _ name: String) -> Self {
        OptionFormat(
            code, name, expected: "4 octets",
            read: { $0.count == 4 ? $0.reduce(0) { $0 << 8 | UInt32($1) } : nil },
            write: { value in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } })
    }
}
