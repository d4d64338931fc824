package import NetworkTypes

/// What the server is and does: GET `/api/v1/status`.
package struct ServerStatus: Codable, Hashable, Sendable {
    package var version: String
    package var started: Timestamp
    package var now: Timestamp
    /// The boot networks.
    package var interfaces: [InterfaceStatus]
    /// Those on the boot networks that nobody expects there.
    package var otherDHCPServers: [OtherDHCPServer]
    package var hostCount: Int
    /// The images that the account sees.
    package var imageCount: Int
    package var leaseCount: Int
    package var activeDeploymentCount: Int
    /// In whole gibibytes.
    package var chunkStoreFreeBytes: UInt64?
    /// What an operator should mend; empty when all is well.
    package var warnings: [String]

    package init(
        version: String, started: Timestamp, now: Timestamp, interfaces: [InterfaceStatus],
        otherDHCPServers: [OtherDHCPServer], hostCount: Int, imageCount: Int, leaseCount: Int,
        activeDeploymentCount: Int, chunkStoreFreeBytes: UInt64?, warnings: [String]
    ) {
        self.version = version
        self.started = started
        self.now = now
        self.interfaces = interfaces
        self.otherDHCPServers = otherDHCPServers
        self.hostCount = hostCount
        self.imageCount = imageCount
        self.leaseCount = leaseCount
        self.activeDeploymentCount = activeDeploymentCount
        self.chunkStoreFreeBytes = chunkStoreFreeBytes
        self.warnings = warnings
    }
}

/// One boot network interface.
package struct InterfaceStatus: Codable, Hashable, Sendable {
    package var name: String
    package var address: IPv4Address
    package var subnet: IPv4Subnet

    package init(name: String, address: IPv4Address, subnet: IPv4Subnet) {
        self.name = name
        self.address = address
        self.subnet = subnet
    }
}
