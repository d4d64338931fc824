import NetworkTypes

extension NetworkSettings {
    private static let addressingKeys = ["dhcp", "addresses", "gateway", "nameservers", "search", "mtu"]
    private static let mtuRange = 576...9216

    /// Reads what `ingot deploy --network FILE` takes; unknown keys and contradictions are errors.
    package init(yaml: String) throws(SettingsError) {
        let file = try StrictYAML(text: yaml)
        let keys = try file.mapping(keys: ["interfaces", "bonds", "vlans"])
        var rules = NetworkRules()
        interfaces = []
        for item in try keys["interfaces"]?.items() ?? [] {
            let interface = try Self.interface(item)
            try rules.add(interface, at: item)
            interfaces.append(interface)
        }
        bonds = []
        for item in try keys["bonds"]?.items() ?? [] {
            let bond = try Self.bond(item)
            try rules.add(bond, at: item)
            bonds.append(bond)
        }
        vlans = []
        for item in try keys["vlans"]?.items() ?? [] {
            let vlan = try Self.vlan(item)
            try rules.add(vlan, at: item)
            vlans.append(vlan)
        }
        try rules.finish(file)
    }

    private static func interface(_ item: StrictYAML) throws(SettingsError) -> Interface {
        let keys = try item.mapping(keys: ["mac", "name"] + addressingKeys)
        guard let mac = keys["mac"] else { throw item.error("mac is missing: 'boot' or the card's MAC address") }
        return Interface(nic: try nic(mac), name: try keys["name"].map(name), addressing: try addressing(keys))
    }

    private static func bond(_ item: StrictYAML) throws(SettingsError) -> Bond {
        let keys = try item.mapping(
            keys: ["name", "members", "mode", "lacp-rate", "hash-policy", "primary"] + addressingKeys)
        guard let bondName = keys["name"], let members = keys["members"], let mode = keys["mode"] else {
            throw item.error("a bond needs name, members and mode")
        }
        var nics: [NICReference] = []
        for member in try members.items() { nics.append(try nic(member)) }
        return Bond(
            name: try name(bondName), members: nics, mode: try mode.word(), lacpRate: try keys["lacp-rate"]?.word(),
            hashPolicy: try keys["hash-policy"]?.word(), primary: try keys["primary"].map(nic),
            addressing: try addressing(keys))
    }

    private static func vlan(_ item: StrictYAML) throws(SettingsError) -> VLAN {
        let keys = try item.mapping(keys: ["name", "id", "link"] + addressingKeys)
        guard let number = keys["id"], let link = keys["link"] else { throw item.error("a VLAN needs id and link") }
        let id = try number.integer(in: 1...4094)
        return VLAN(
            name: try keys["name"].map(name) ?? "vlan\(id)", id: id, link: try linkReference(link),
            addressing: try addressing(keys))
    }

    private static func addressing(_ keys: [String: StrictYAML]) throws(SettingsError) -> Addressing {
        var result = Addressing()
        result.dhcp = try keys["dhcp"]?.boolean() ?? false
        for item in try keys["addresses"]?.items() ?? [] {
            result.addresses.append(try item.value("a host's address with prefix length, as in 10.0.0.5/24"))
        }
        result.gateway = try keys["gateway"]?.value("an IPv4 address")
        for item in try keys["nameservers"]?.items() ?? [] {
            result.nameservers.append(try item.value("an IPv4 address"))
        }
        for item in try keys["search"]?.items() ?? [] {
            let domain = try item.text()
            guard HostName.isValid(domain) else { throw item.error("'\(domain)' is not a domain name") }
            result.search.append(domain)
        }
        result.mtu = try keys["mtu"]?.integer(in: mtuRange)
        return result
    }

    private static func nic(_ value: StrictYAML) throws(SettingsError) -> NICReference {
        let text = try value.text()
        if text == "boot" { return .boot }
        guard let mac = MACAddress(text), !mac.isMulticast, mac != .zero else {
            throw value.error("expected 'boot' or a card's MAC address, found '\(text)'")
        }
        return .mac(mac)
    }

    private static func linkReference(_ value: StrictYAML) throws(SettingsError) -> LinkReference {
        let text = try value.text()
        if text == "boot" { return .nic(.boot) }
        if let mac = MACAddress(text) { return .nic(.mac(mac)) }
        return .name(text)
    }

    /// Names as the kernel takes them (1...15 characters), without those that mean something else.
    private static func name(_ value: StrictYAML) throws(SettingsError) -> String {
        let text = try value.text()
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, text.utf8.count <= 15, let first = text.first, first.isLetter else {
            throw value.error(
                "an interface name begins with a letter and has at most 15 letters, digits, '.', '_' and '-', "
                    + "found '\(text)'")
        }
        guard !["lo", "all", "default", "boot"].contains(text) else { throw value.error("'\(text)' is reserved") }
        return text
    }
}
