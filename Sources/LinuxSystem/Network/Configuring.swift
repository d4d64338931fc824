package import DHCP

extension NetworkInterfaces {
    /// Configures an interface with what a DHCP server gave: MTU, address, default route.
    package func configure(_ name: String, with lease: DHCPClientLease) throws(NetworkError) {
        if let mtu = lease.mtu { try setMTU(mtu, of: name) }
        try addAddress(InterfaceAddress(address: lease.address, prefixLength: lease.prefixLength), to: name)
        if let router = lease.routers.first { try addDefaultRoute(via: router, on: name) }
    }
}
