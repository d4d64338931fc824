/// Names of hosts and domains (RFC 952, RFC 1123 section 2.1).
package enum HostName {
    /// True for labels of letters, digits and inner hyphens, 1...63 octets each, with dots between, 253 in all.
    package static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isInner) && label.utf8.first != hyphen
                && label.utf8.last != hyphen
        }
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isInner(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen:
            true
        default: false
        }
    }
}
