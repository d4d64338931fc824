import NetworkTypes

/// What must hold between the parts of a network file. Parts are added in the order interfaces, bonds, VLANs.
struct NetworkRules {
    /// What a link is good for, by name or card.
    private struct Link {
        var mtu: Int?
        var isUsed: Bool
        let item: StrictYAML
    }

    private var links: [LinkReference: Link] = [:]
    private var names: Set<String> = []
    private var cards: Set<NICReference> = []
    private var vlans: [LinkReference: Set<Int>] = [:]
    private var aliases: [LinkReference: LinkReference] = [:]
    private var gatewayPath: String?

    mutating func add(_ interface: NetworkSettings.Interface, at item: StrictYAML) throws(SettingsError) {
        try claim(interface.nic, item)
        let reference = LinkReference.nic(interface.nic)
        if let name = interface.name {
            try claim(name, item)
            aliases[.name(name)] = reference
        }
        try check(interface.addressing, item)
        links[reference] = Link(mtu: interface.addressing.mtu, isUsed: interface.addressing.isConfigured, item: item)
    }

    mutating func add(_ bond: NetworkSettings.Bond, at item: StrictYAML) throws(SettingsError) {
        try claim(bond.name, item)
        guard bond.members.count >= 2 else { throw item.error("a bond needs at least two members") }
        for member in bond.members { try claim(member, item) }
        guard bond.lacpRate == nil || bond.mode == .lacp else {
            throw item.error("lacp-rate goes with mode 802.3ad only")
        }
        guard bond.hashPolicy == nil || [.lacp, .balanceXOR, .balanceTLB].contains(bond.mode) else {
            throw item.error("hash-policy goes with the modes 802.3ad, balance-xor and balance-tlb only")
        }
        if let primary = bond.primary {
            guard [.activeBackup, .balanceTLB, .balanceALB].contains(bond.mode) else {
                throw item.error("primary goes with the modes active-backup, balance-tlb and balance-alb only")
            }
            guard bond.members.contains(primary) else { throw item.error("primary is not one of the members") }
        }
        try check(bond.addressing, item)
        links[.name(bond.name)] = Link(mtu: bond.addressing.mtu, isUsed: bond.addressing.isConfigured, item: item)
    }

    mutating func add(_ vlan: NetworkSettings.VLAN, at item: StrictYAML) throws(SettingsError) {
        try claim(vlan.name, item)
        let reference = aliases[vlan.link] ?? vlan.link
        guard let link = links[reference] else {
            throw item.error(
                "link is none of the interfaces and bonds of this file: list the card below interfaces, or name a bond")
        }
        guard vlans[reference, default: []].insert(vlan.id).inserted else {
            throw item.error("VLAN \(vlan.id) stands on this link already")
        }
        guard (vlan.addressing.mtu ?? 0) <= (link.mtu ?? 1500) else {
            throw item.error("the MTU is larger than the link's, which is \(link.mtu ?? 1500)")
        }
        try check(vlan.addressing, item)
        guard vlan.addressing.isConfigured else { throw item.error("needs dhcp: true or addresses") }
        links[reference]?.isUsed = true
    }

    /// What can be told only when every part is known.
    func finish(_ file: StrictYAML) throws(SettingsError) {
        guard !links.isEmpty else { throw file.error("the file configures nothing: it needs interfaces or bonds") }
        for link in links.values where !link.isUsed {
            throw link.item.error("needs dhcp: true, addresses or a VLAN on it")
        }
    }

    private mutating func claim(_ name: String, _ item: StrictYAML) throws(SettingsError) {
        guard names.insert(name).inserted else { throw item.error("the name '\(name)' is used twice") }
    }

    private mutating func claim(_ nic: NICReference, _ item: StrictYAML) throws(SettingsError) {
        guard cards.insert(nic).inserted else { throw item.error("the card \(nic) is used twice") }
    }

    private mutating func check(_ addressing: Addressing, _ item: StrictYAML) throws(SettingsError) {
        guard Set(addressing.addresses.map(\.address)).count == addressing.addresses.count else {
            throw item.error("an address stands here twice")
        }
        guard let gateway = addressing.gateway else { return }
        guard addressing.addresses.contains(where: { $0.subnet.contains(gateway) && $0.address != gateway }) else {
            throw item.error("the gateway \(gateway) is not in the subnet of an address of this interface")
        }
        if let other = gatewayPath { throw item.error("there is a gateway already, in \(other): one file has one") }
        gatewayPath = item.path
    }
}

extension Addressing {
    /// True if the interface gets an address.
    var isConfigured: Bool { dhcp || !addresses.isEmpty }
}

extension NICReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .boot: "boot"
        case .mac(let mac): mac.description
        }
    }
}
