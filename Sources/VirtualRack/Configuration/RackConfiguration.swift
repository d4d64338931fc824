import NetworkTypes

/// What a virtual rack consists of.
package struct RackConfiguration: Codable, Hashable, Sendable {
    /// Names the rack, its namespace and its directory: 1...20 of `a-z`, `0-9` and `-`.
    package var name: String
    /// The Ethernet segments; a NIC that names none hangs on the first.
    package var networks: [RackNetwork]
    package var hosts: [HostConfiguration]

    package init(name: String, networks: [RackNetwork] = [RackNetwork()], hosts: [HostConfiguration] = []) {
        self.name = name
        self.networks = networks
        self.hosts = hosts
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, networks, hosts }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(name: try container.decode(String.self, forKey: .name))
        networks = try container.decodeIfPresent([RackNetwork].self, forKey: .networks) ?? networks
        hosts = try container.decodeIfPresent([HostConfiguration].self, forKey: .hosts) ?? hosts
        try validate()
    }

    /// Throws where a name cannot be used, is used twice or names nothing.
    package func validate() throws {
        try Name.require(name, atMost: 20, of: "rack")
        guard !networks.isEmpty else { throw RackError("rack \(name): name at least one network") }
        for network in networks { try Name.require(network.name, atMost: 10, of: "network") }
        for host in hosts {
            try Name.require(host.name, atMost: 20, of: "host")
            try validate(host)
        }
        try Name.requireUnique(networks.map(\.name), of: "network")
        try Name.requireUnique(hosts.map(\.name), of: "host")
        try Name.requireUnique(hosts.flatMap(\.nics).compactMap(\.mac?.description), of: "MAC address")
    }

    private func validate(_ host: HostConfiguration) throws {
        guard host.memory >= 64 else {
            throw RackError("host \(host.name): \(host.memory) MiB of memory, expected at least 64")
        }
        for nic in host.nics {
            guard let network = nic.network else { continue }
            guard networks.contains(where: { $0.name == network }) else {
                throw RackError("host \(host.name): a NIC hangs on '\(network)', which is no network of the rack")
            }
        }
        for (index, disk) in host.disks.enumerated() {
            guard disk.size > 0, disk.size % 512 == 0 else {
                throw RackError(
                    "host \(host.name), disk \(index): \(disk.size) bytes, expected a multiple of 512 above 0")
            }
            for text in [disk.serial, disk.image].compactMap({ $0 }) where text.contains("\n") {
                throw RackError("host \(host.name), disk \(index): a serial or path with a line break")
            }
        }
    }
}
