package import NetworkTypes

/// The network of an installed system, as an operator writes it. Network cards are named by MAC address, or as "the one
/// that the host booted from", so that one file fits many hosts.
package struct NetworkSettings: Hashable, Sendable {
    package var interfaces: [Interface]
    package var bonds: [Bond]
    package var vlans: [VLAN]

    package init(interfaces: [Interface], bonds: [Bond] = [], vlans: [VLAN] = []) {
        self.interfaces = interfaces
        self.bonds = bonds
        self.vlans = vlans
    }

    /// DHCP on the NIC that the host booted from.
    package static let standard = NetworkSettings(interfaces: [
        Interface(nic: .boot, name: nil, addressing: Addressing(dhcp: true))
    ])

    /// A network card.
    package struct Interface: Hashable, Sendable {
        package var nic: NICReference
        /// The name that the card is given; `nic0`, `nic1`, ... where there is none.
        package var name: String?
        package var addressing: Addressing
    }

    /// Several cards that act as one.
    package struct Bond: Hashable, Sendable {
        package var name: String
        package var members: [NICReference]
        package var mode: BondMode
        /// `802.3ad` only.
        package var lacpRate: LACPRate?
        /// `802.3ad`, `balance-xor` and `balance-tlb` only.
        package var hashPolicy: BondHashPolicy?
        /// `active-backup`, `balance-tlb` and `balance-alb` only.
        package var primary: NICReference?
        package var addressing: Addressing
    }

    /// A VLAN on a card or a bond (IEEE 802.1Q).
    package struct VLAN: Hashable, Sendable {
        /// `vlanN` where there is none.
        package var name: String
        /// 1...4094.
        package var id: Int
        package var link: LinkReference
        package var addressing: Addressing
    }
}

/// A network card of the host.
package enum NICReference: Hashable, Sendable {
    /// The one that the host booted from.
    case boot
    case mac(MACAddress)
}

/// What a VLAN lies on.
package enum LinkReference: Hashable, Sendable {
    case nic(NICReference)
    /// The name of a bond or a card.
    case name(String)
}

/// How an interface gets its addresses.
package struct Addressing: Hashable, Sendable {
    package var dhcp: Bool
    package var addresses: [InterfaceAddress]
    package var gateway: IPv4Address?
    package var nameservers: [IPv4Address]
    package var search: [String]
    /// Bytes.
    package var mtu: Int?

    package init(
        dhcp: Bool = false, addresses: [InterfaceAddress] = [], gateway: IPv4Address? = nil,
        nameservers: [IPv4Address] = [], search: [String] = [], mtu: Int? = nil
    ) {
        self.dhcp = dhcp
        self.addresses = addresses
        self.gateway = gateway
        self.nameservers = nameservers
        self.search = search
        self.mtu = mtu
    }
}

/// An address of an interface with its prefix length: `10.0.0.5/24`.
package struct InterfaceAddress: Hashable, Sendable, LosslessStringConvertible {
    package let address: IPv4Address
    package let subnet: IPv4Subnet

    /// Nil for anything but `a.b.c.d/n` with n in 1...32, and for a network's own or broadcast address.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let length = Int(parts[1]), length > 0,
            let subnet = IPv4Subnet(containing: address, prefixLength: length)
        else { return nil }
        guard length >= 31 || (address != subnet.network && address != subnet.broadcast) else { return nil }
        self.address = address
        self.subnet = subnet
    }

    package var description: String { "\(address)/\(subnet.prefixLength)" }
}

/// Linux's bonding modes.
package enum BondMode: String, CaseIterable, Sendable {
    case balanceRR = "balance-rr"
    case activeBackup = "active-backup"
    case balanceXOR = "balance-xor"
    case broadcast
    case lacp = "802.3ad"
    case balanceTLB = "balance-tlb"
    case balanceALB = "balance-alb"
}

/// How often LACP partners are asked for packets.
package enum LACPRate: String, CaseIterable, Sendable {
    case slow, fast
}

/// What decides which member of a bond a packet leaves by.
package enum BondHashPolicy: String, CaseIterable, Sendable {
    case layer2
    case layer23 = "layer2+3"
    case layer34 = "layer3+4"
    case encap23 = "encap2+3"
    case encap34 = "encap3+4"
}
