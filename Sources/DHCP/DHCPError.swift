/// Why octets are not a DHCP message, or a message cannot become octets.
package struct DHCPError: Error, Hashable, Sendable {
    /// The option that is wrong; nil where the fixed part of the message is.
    package var option: OptionCode?
    /// For a framing error the octet's place in the message, for a malformed option its place in the option's data.
    package var offset: Int
    package var expected: String
    package var actual: String

    package init(option: OptionCode? = nil, offset: Int, expected: String, actual: String) {
        self.option = option
        self.offset = offset
        self.expected = expected
        self.actual = actual
    }
}

extension DHCPError: CustomStringConvertible {
    package var description: String {
        let place = option.map { "DHCP option \($0), octet \(offset)" } ?? "DHCP message, octet \(offset)"
        return "\(place): expected \(expected), found \(actual)"
    }
}
