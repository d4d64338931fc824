package import NetworkTypes

/// What the lease rules need of a DHCP message.
package struct LeaseQuery: Hashable, Sendable {
    package var mac: MACAddress
    /// Where the client is: the link that its relay agent names, the subnet that it names itself, giaddr, or the
    /// address of the interface that the message came in by.
    package var link: IPv4Address
    /// True where the client is not on the network of that interface, which therefore cannot be probed for it.
    package var isRelayed: Bool
    /// ciaddr; `0.0.0.0` where the client has no address.
    package var clientAddress: IPv4Address
    /// Option 50.
    package var requested: IPv4Address?
    /// Option 54.
    package var server: IPv4Address?
    /// Option 12.
    package var hostName: String?

    package init(
        mac: MACAddress, link: IPv4Address, isRelayed: Bool = false, clientAddress: IPv4Address = .any,
        requested: IPv4Address? = nil, server: IPv4Address? = nil, hostName: String? = nil
    ) {
        self.mac = mac
        self.link = link
        self.isRelayed = isRelayed
        self.clientAddress = clientAddress
        self.requested = requested
        self.server = server
        self.hostName = hostName
    }
}
