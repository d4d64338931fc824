extension KnownOptions {
    /// RFC 2132 section 5.1: at least 68 octets.
    package static let interfaceMTU = size(26, "interface MTU", least: 68)
    /// RFC 2132 section 9.10: at least 576 octets; smaller values are read and treated as 576 by those who use them.
    package static let maximumMessageSize = size(57, "maximum message size", least: 0)

    private static func size(_ code: UInt8, _ name: String, least: UInt16) -> OptionFormat<UInt16> {
        OptionFormat(
            code, name, expected: "2 octets, at least \(least)",
            read: { bytes in
                guard bytes.count == 2 else { return nil }
                let value = bytes.reduce(0) { $0 << 8 | UInt16($1) }
                return value >= least ? value : nil
            },
            write: { $1 += [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
    }
}
