/// A UDP port that the DHCP service listens on.
package enum ServerPort: UInt16, Hashable, Sendable {
    /// DHCP (RFC 2131).
    case dhcp = 67
    /// The boot server of PXE 2.1, which clients ask when they have an address.
    case bootServer = 4011
}
