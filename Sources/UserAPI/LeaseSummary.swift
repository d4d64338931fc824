package import NetworkTypes

/// One address that DHCP gave or holds: GET `/api/v1/leases`.
package struct LeaseSummary: Codable, Hashable, Sendable {
    package var address: IPv4Address
    /// Nil for an address that is set aside because something else answers there.
    package var mac: MACAddress?
    package var subnet: IPv4Subnet
    /// `leased`, `reserved`, `declined`, ...
    package var state: String
    /// What the client calls itself (option 12).
    package var hostName: String?
    /// The host that has this MAC address, if one is known.
    package var hostID: String?
    /// Nil for a reservation without a running lease.
    package var expires: Timestamp?

    package init(
        address: IPv4Address, mac: MACAddress?, subnet: IPv4Subnet, state: String, hostName: String?, hostID: String?,
        expires: Timestamp?
    ) {
        self.address = address
        self.mac = mac
        self.subnet = subnet
        self.state = state
        self.hostName = hostName
        self.hostID = hostID
        self.expires = expires
    }
}
