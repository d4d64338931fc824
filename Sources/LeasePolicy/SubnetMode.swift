/// What the DHCP service is in a subnet.
package enum SubnetMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// It gives addresses and boot files.
    case authoritative
    /// Another server gives the addresses; it gives boot files only (proxyDHCP, PXE 2.1).
    case proxy
    /// It answers nothing.
    case off
}
