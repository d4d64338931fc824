package import NetworkTypes

/// What the server gives in one subnet.
package struct SubnetPlan: Hashable, Sendable {
    package var subnet: IPv4Subnet
    /// Inclusive ranges inside the subnet; addresses outside them are given by reservation only.
    package var pools: [ClosedRange<IPv4Address>]
    package var reservations: [AddressReservation]
    /// Seconds.
    package var leaseSeconds: UInt32
    package var routers: [IPv4Address]
    package var dns: [IPv4Address]
    package var domain: String?
    package var ntp: [IPv4Address]
    package var mtu: UInt16?
    /// Sent as they are to every client of the subnet, in this order; they win over what the server would send itself.
    /// Those of `PlainOption.reserved` are never sent.
    package var options: [PlainOption]
    /// Whether no other server gives addresses here, so that wrong ones may be refused with a NAK.
    package var isAuthoritative: Bool
    /// What of this plan is used: all of it, the boot files only, or nothing.
    package var mode: SubnetMode
    /// With `proxy`: whether the OFFER names the boot file. Without it firmware asks port 4011 for the file.
    package var proxyOffersFile: Bool

    package init(
        subnet: IPv4Subnet, pools: [ClosedRange<IPv4Address>], reservations: [AddressReservation] = [],
        leaseSeconds: UInt32 = 3600, routers: [IPv4Address] = [], dns: [IPv4Address] = [], domain: String? = nil,
        ntp: [IPv4Address] = [], mtu: UInt16? = nil, options: [PlainOption] = [], isAuthoritative: Bool = true,
        mode: SubnetMode = .authoritative, proxyOffersFile: Bool = true
    ) {
        self.subnet = subnet
        self.pools = pools
        self.reservations = reservations
        self.leaseSeconds = leaseSeconds
        self.routers = routers
        self.dns = dns
        self.domain = domain
        self.ntp = ntp
        self.mtu = mtu
        self.options = options
        self.isAuthoritative = isAuthoritative
        self.mode = mode
        self.proxyOffersFile = proxyOffersFile
    }

    /// True if one of the pools holds `address` and a host can have it.
    func isPooled(_ address: IPv4Address) -> Bool {
        isHostAddress(address) && pools.contains { $0.contains(address) }
    }

    /// True for addresses of the subnet that are neither its own, nor its broadcast address, nor a router's.
    func isHostAddress(_ address: IPv4Address) -> Bool {
        guard subnet.contains(address), !routers.contains(address) else { return false }
        return subnet.prefixLength > 30 || (address != subnet.network && address != subnet.broadcast)
    }

    /// How many addresses the pools hold.
    var poolSize: Int { pools.reduce(0) { $0 + Int($1.upperBound.value) - Int($1.lowerBound.value) + 1 } }

    /// The address at a place in all pools, counted from 0; nil outside them.
    func pooledAddress(at index: Int) -> IPv4Address? {
        var index = index
        for pool in pools {
            let size = Int(pool.upperBound.value) - Int(pool.lowerBound.value) + 1
            if index < size { return UInt32(exactly: Int(pool.lowerBound.value) + index).map(IPv4Address.init(value:)) }
            index -= size
        }
        return nil
    }
}

/// An address that belongs to one MAC address.
package struct AddressReservation: Hashable, Sendable {
    package var mac: MACAddress
    /// Inside the subnet; it may lie outside the pools.
    package var address: IPv4Address
    /// The name that the client is told (option 12).
    package var hostName: String?

    package init(mac: MACAddress, address: IPv4Address, hostName: String? = nil) {
        self.mac = mac
        self.address = address
        self.hostName = hostName
    }
}
