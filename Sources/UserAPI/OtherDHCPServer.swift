package import NetworkTypes

/// A DHCP server that is not this one, as it was heard on a boot network.
package struct OtherDHCPServer: Codable, Hashable, Sendable {
    /// The boot network's interface.
    package var interface: String
    package var address: IPv4Address
    /// The sender's hardware address: a router's for a server elsewhere.
    package var mac: MACAddress?
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var givesAddresses: Bool
    /// Whether it answers hosts that boot without giving them an address (proxyDHCP).
    package var isProxy: Bool
    /// The boot file or URL that it offers.
    package var bootFile: String?
    /// Whether this server answers nobody on the interface while the other one gives addresses there.
    package var isGivenWay: Bool

    package init(
        interface: String, address: IPv4Address, mac: MACAddress?, firstSeen: Timestamp, lastSeen: Timestamp,
        givesAddresses: Bool, isProxy: Bool, bootFile: String?, isGivenWay: Bool
    ) {
        self.interface = interface
        self.address = address
        self.mac = mac
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.givesAddresses = givesAddresses
        self.isProxy = isProxy
        self.bootFile = bootFile
        self.isGivenWay = isGivenWay
    }
}

extension OtherDHCPServer: CustomStringConvertible {
    package var description: String {
        let parts: [String?] = [
            "another DHCP server on \(interface): \(address)\(mac.map { " (\($0))" } ?? "")",
            givesAddresses ? "gives addresses" : nil, isProxy ? "is a proxy for boot files" : nil,
            bootFile.map { "offers \($0)" }, "seen from \(firstSeen) to \(lastSeen)",
        ]
        return parts.compactMap(\.self).joined(separator: ", ") + (isGivenWay ? "; nobody is answered there" : "")
    }
}
