package import NetworkTypes

/// One address that belongs to one MAC address: GET `/api/v1/reservations`.
package struct ReservationSummary: Codable, Hashable, Sendable {
    package var address: IPv4Address
    package var mac: MACAddress
    /// The name that the client is told (option 12).
    package var hostName: String?
    /// True for a reservation of the configuration file, which only an edit of that file removes.
    package var isConfigured: Bool
    /// Why it is not in force: the configuration says otherwise. Nil where it is.
    package var conflict: String?

    package init(
        address: IPv4Address, mac: MACAddress, hostName: String?, isConfigured: Bool, conflict: String? = nil
    ) {
        self.address = address
        self.mac = mac
        self.hostName = hostName
        self.isConfigured = isConfigured
        self.conflict = conflict
    }
}
