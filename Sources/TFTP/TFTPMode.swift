/// A transfer mode (RFC 1350 section 1), kept in lower case. An open set: unknown modes survive.
package struct TFTPMode: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue.lowercased() }

    package static let octet = TFTPMode(rawValue: "octet")
    package static let netascii = TFTPMode(rawValue: "netascii")
    package static let mail = TFTPMode(rawValue: "mail")
}
