package import NetworkTypes

/// A network that the DHCP server serves, and the server's own address on it.
package struct DHCPInterface: Hashable, Sendable {
    /// The interface's name, `eth1`.
    package var name: String
    /// Goes out as server identifier and source address; its subnet decides which plan is for clients on this link.
    package var address: IPv4Address

    package init(name: String, address: IPv4Address) {
        self.name = name
        self.address = address
    }
}
