/// The number of a DHCP option (RFC 2132 and IANA's registry). An open set: unknown numbers survive.
package struct OptionCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// One octet without length or data.
    package static let pad = OptionCode(0)
    /// One octet that ends a field of options.
    package static let end = OptionCode(255)
    /// What a vendor's clients alone understand, options of its own inside (RFC 2132 section 8.4).
    package static let vendorSpecific = OptionCode(43)
    /// Says that `file` or `sname` hold options too (RFC 2132 section 9.3).
    package static let overload = OptionCode(52)
    /// What a relay agent added, to be echoed last (RFC 3046).
    package static let relayAgentInformation = OptionCode(82)
}

extension OptionCode: CustomStringConvertible {
    package var description: String { "\(rawValue)" }
}
