package import NetworkTypes

/// A network interface as the kernel knows it.
package struct NetworkInterface: Hashable, Sendable {
    package var name: String
    package var index: Int32
    /// Nil for interfaces without an Ethernet address.
    package var mac: MACAddress?
    package var mtu: Int
    /// IFF_ and IFF_LOWER_UP flags as the kernel gives them.
    package var flags: UInt32
    /// The kind of a virtual interface (`veth`, `bond`, `vlan`, `bridge`); nil for hardware.
    package var kind: String?
    package var addresses: [InterfaceAddress] = []

    package init(name: String, index: Int32, mac: MACAddress?, mtu: Int, flags: UInt32, kind: String? = nil) {
        self.name = name
        self.index = index
        self.mac = mac
        self.mtu = mtu
        self.flags = flags
        self.kind = kind
    }

    /// IFF_UP: the administrator switched it on.
    package var isUp: Bool { flags & 0x1 != 0 }
    /// IFF_LOWER_UP: there is a link.
    package var hasCarrier: Bool { flags & 0x1_0000 != 0 }
    /// IFF_LOOPBACK.
    package var isLoopback: Bool { flags & 0x8 != 0 }
}

/// An IPv4 address of an interface with its prefix length (0...32).
package struct InterfaceAddress: Hashable, Sendable {
    package var address: IPv4Address
    package var prefixLength: Int

    package init(address: IPv4Address, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }
}
