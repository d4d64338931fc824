package import NetworkTypes

/// Reserves an address: POST `/api/v1/reservations`. The answer is a `ReservationSummary`.
package struct ReservationRequest: Codable, Hashable, Sendable {
    package var mac: MACAddress
    package var address: IPv4Address
    /// The name that the client is told (option 12).
    package var hostName: String?

    package init(mac: MACAddress, address: IPv4Address, hostName: String? = nil) {
        self.mac = mac
        self.address = address
        self.hostName = hostName
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case mac, address, hostName }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mac = try container.decode(MACAddress.self, forKey: .mac)
        address = try container.decode(IPv4Address.self, forKey: .address)
        hostName = try container.decodeIfPresent(String.self, forKey: .hostName)
    }
}
