package import NetworkTypes

/// NoCloud's `network-config` in version 2 for one host: cards matched by MAC address and given names that stay.
package struct NetworkConfig: Hashable, Sendable {
    private let lines: [String]

    /// - Throws: where `boot` turns out to be a card that the file names by its address too.
    package init(_ settings: NetworkSettings, bootMAC: MACAddress) throws(SettingsError) {
        let cards = try CardNames(settings, bootMAC: bootMAC)
        var lines = ["version: 2", "ethernets:"]
        for (name, mac) in cards.ordered {
            lines += ["  \(quoted(name)):", "    match:", "      macaddress: \(quoted(mac.description))"]
            lines += ["    set-name: \(quoted(name))"]
            let interface = settings.interfaces.first { cards.name($0.nic) == name }
            lines += (interface?.addressing ?? Addressing()).lines
        }
        if !settings.bonds.isEmpty { lines.append("bonds:") }
        for bond in settings.bonds { lines += bond.lines(cards) }
        if !settings.vlans.isEmpty { lines.append("vlans:") }
        for vlan in settings.vlans { lines += vlan.lines(cards) }
        self.lines = lines
    }

    /// The file's text.
    package var text: String { lines.joined(separator: "\n") + "\n" }
}

/// Which name each card of the settings gets.
struct CardNames {
    /// In the order of the settings.
    private(set) var ordered: [(name: String, mac: MACAddress)] = []
    private let bootMAC: MACAddress

    init(_ settings: NetworkSettings, bootMAC: MACAddress) throws(SettingsError) {
        self.bootMAC = bootMAC
        let taken = Set(
            settings.interfaces.compactMap(\.name) + settings.bonds.map(\.name) + settings.vlans.map(\.name))
        var free = (0...).lazy.map { "nic\($0)" }.filter { !taken.contains($0) }.makeIterator()
        for interface in settings.interfaces {
            try add(interface.name ?? free.next() ?? "", interface.nic)
        }
        for member in settings.bonds.flatMap(\.members) { try add(free.next() ?? "", member) }
    }

    /// The name of a card that the settings contain.
    func name(_ nic: NICReference) -> String? { ordered.first { $0.mac == mac(nic) }?.name }

    func mac(_ nic: NICReference) -> MACAddress {
        switch nic {
        case .boot: bootMAC
        case .mac(let mac): mac
        }
    }

    private mutating func add(_ name: String, _ nic: NICReference) throws(SettingsError) {
        guard self.name(nic) == nil else {
            throw SettingsError(
                "network", "the host booted from \(bootMAC), which the file names both as 'boot' and by its address")
        }
        ordered.append((name, mac(nic)))
    }
}

extension NetworkSettings.Bond {
    /// The bond has its first member's address from the start: networkd would make one up.
    fileprivate func lines(_ cards: CardNames) -> [String] {
        var lines = [
            "  \(quoted(name)):",
            "    interfaces: [\(members.compactMap { cards.name($0) }.map(quoted).joined(separator: ", "))]",
        ]
        if let first = members.first { lines.append("    macaddress: \(quoted(cards.mac(first).description))") }
        lines += ["    parameters:", "      mode: \(quoted(mode.rawValue))", "      mii-monitor-interval: 100"]
        if let lacpRate { lines.append("      lacp-rate: \(lacpRate.rawValue)") }
        if let hashPolicy { lines.append("      transmit-hash-policy: \(quoted(hashPolicy.rawValue))") }
        if let name = primary.flatMap({ cards.name($0) }) { lines.append("      primary: \(quoted(name))") }
        return lines + addressing.lines
    }
}

extension NetworkSettings.VLAN {
    fileprivate func lines(_ cards: CardNames) -> [String] {
        let linkName =
            switch link {
            case .nic(let nic): cards.name(nic) ?? ""
            case .name(let name): name
            }
        return ["  \(quoted(name)):", "    id: \(id)", "    link: \(quoted(linkName))"] + addressing.lines
    }
}

extension Addressing {
    /// `dhcp-identifier: mac` keeps the address that firmware and stage had; `0.0.0.0/0` is understood by every
    /// renderer of cloud-init, `default` is not.
    fileprivate var lines: [String] {
        var lines = dhcp ? ["    dhcp4: true", "    dhcp-identifier: mac"] : ["    dhcp4: false"]
        if !addresses.isEmpty {
            lines.append("    addresses: [\(addresses.map { quoted($0.description) }.joined(separator: ", "))]")
        }
        if let gateway {
            lines += ["    routes:", "      - to: \"0.0.0.0/0\"", "        via: \(quoted(gateway.description))"]
        }
        if !nameservers.isEmpty || !search.isEmpty { lines.append("    nameservers:") }
        if !nameservers.isEmpty {
            lines.append("      addresses: [\(nameservers.map { quoted($0.description) }.joined(separator: ", "))]")
        }
        if !search.isEmpty { lines.append("      search: [\(search.map(quoted).joined(separator: ", "))]") }
        if let mtu { lines.append("    mtu: \(mtu)") }
        return lines
    }
}
