package import NetworkTypes

/// One Ethernet segment of a rack: a bridge, and an interface of the server's on it.
package struct RackNetwork: Codable, Hashable, Sendable {
    /// Also the name of the server's interface: 1...10 of `a-z`, `0-9` and `-`.
    package var name: String
    /// The server's address on it.
    package var address: IPv4Address
    /// 1...32.
    package var prefixLength: Int

    package init(
        name: String = "boot", address: IPv4Address = IPv4Address(10, 77, 0, 1), prefixLength: Int = 24
    ) {
        self.name = name
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The interface that a server in the rack listens on.
    package var interface: String { name }

    /// The bridge that every NIC of the segment hangs on; captures see all frames here.
    package var bridge: String { "br-\(name)" }

    /// The bridge's end of the server's cable.
    var serverPort: String { "\(name)-sw" }

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, address }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? name
        guard let text = try container.decodeIfPresent(String.self, forKey: .address) else { return }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let length = Int(parts[1]),
            (1...32).contains(length)
        else { throw RackError("network \(name): '\(text)' is not an address such as 10.77.0.1/24") }
        self.address = address
        prefixLength = length
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode("\(address)/\(prefixLength)", forKey: .address)
    }
}
