/// One option: its number and its data as they stand on the wire. A split option is one value here (RFC 3396).
package struct DHCPOption: Hashable, Sendable {
    package var code: OptionCode
    package var bytes: [UInt8]

    package init(_ code: OptionCode, _ bytes: [UInt8]) {
        self.code = code
        self.bytes = bytes
    }
}
