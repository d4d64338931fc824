import CloudInit
import Foundation
import Testing

/// Network files: what is refused, and how it is told.
struct NetworkFileTests {
    @Test func theExampleIsValid() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../config/network.yaml").standardized
        let settings = try NetworkSettings(yaml: String(contentsOf: file, encoding: .utf8))
        #expect(settings.interfaces.count == 1)
        #expect(settings.bonds.map(\.members.count) == [2])
        #expect(settings.vlans.map(\.addressing.mtu) == [9000])
    }

    @Test(arguments: [
        ("", "the file is empty"),
        ("interfaces: [", "not valid YAML"),
        ("interfaces: []", "line 1: the file configures nothing"),
        ("- a", "line 1: expected a mapping"),
        ("ethernets: {}", "line 1: unknown key 'ethernets', expected interfaces, bonds and vlans"),
        ("interfaces: {mac: boot}", "interfaces: expected a list"),
        ("interfaces: [{dhcp: true}]", "interfaces[0]: mac is missing"),
        ("interfaces: [{mac: eth0, dhcp: true}]", "interfaces[0].mac: expected 'boot' or a card's MAC address"),
        ("interfaces: [{mac: 01:00:5e:00:00:01, dhcp: true}]", "found '01:00:5e:00:00:01'"),
        ("interfaces: [{mac: boot}]", "needs dhcp: true, addresses or a VLAN on it"),
        ("interfaces: [{mac: boot, dhcp: maybe}]", "interfaces[0].dhcp: expected true or false, found 'maybe'"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.5]}]", "interfaces[0].addresses[0]: expected a host's address"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.0/24]}]", "found '10.0.0.0/24'"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.255/24]}]", "found '10.0.0.255/24'"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.5/33]}]", "found '10.0.0.5/33'"),
        ("interfaces: [{mac: boot, addresses: [fd00::1/64]}]", "found 'fd00::1/64'"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.5/24, 10.0.0.5/16]}]", "an address stands here twice"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.5/24], gateway: 10.0.1.1}]", "the gateway 10.0.1.1 is not in"),
        ("interfaces: [{mac: boot, addresses: [10.0.0.5/24], gateway: 10.0.0.5}]", "the gateway 10.0.0.5 is not in"),
        ("interfaces: [{mac: boot, dhcp: true, gateway: 10.0.0.1}]", "the gateway 10.0.0.1 is not in"),
        ("interfaces: [{mac: boot, dhcp: true, mtu: 100}]", "expected a number from 576 to 9216, found '100'"),
        ("interfaces: [{mac: boot, dhcp: true, nameservers: [dns]}]", "nameservers[0]: expected an IPv4 address"),
        ("interfaces: [{mac: boot, dhcp: true, search: ['a b']}]", "'a b' is not a domain name"),
        ("interfaces: [{mac: boot, dhcp: true, name: 1abc}]", "begins with a letter"),
        ("interfaces: [{mac: boot, dhcp: true, name: abcdefghijklmnop}]", "at most 15 letters"),
        ("interfaces: [{mac: boot, dhcp: true, name: lo}]", "'lo' is reserved"),
        ("interfaces: [{mac: boot, dhcp: true}, {mac: boot, dhcp: true}]", "the card boot is used twice"),
        ("interfaces: [{mac: boot, mac: boot}]", "not valid YAML"),
    ])
    func refuses(file: String, reason: String) { expectRefusal(file, reason) }

    @Test(arguments: [
        ("{name: b, members: [boot, 52:54:00:00:00:01]}", "a bond needs name, members and mode"),
        ("{name: b, members: [boot], mode: 802.3ad, dhcp: true}", "at least two members"),
        ("{name: b, members: [boot, boot], mode: 802.3ad, dhcp: true}", "the card boot is used twice"),
        ("{name: b, members: [boot, 52:54:00:00:00:01], mode: lacp, dhcp: true}", "or balance-alb, found 'lacp'"),
        (
            "{name: b, members: [boot, 52:54:00:00:00:01], mode: balance-rr, lacp-rate: fast, dhcp: true}",
            "lacp-rate goes with mode 802.3ad only"
        ),
        (
            "{name: b, members: [boot, 52:54:00:00:00:01], mode: balance-rr, hash-policy: layer2, dhcp: true}",
            "hash-policy goes with"
        ),
        (
            "{name: b, members: [boot, 52:54:00:00:00:01], mode: 802.3ad, primary: boot, dhcp: true}",
            "primary goes with"
        ),
        (
            "{name: b, members: [boot, 52:54:00:00:00:01], mode: active-backup, primary: 52:54:00:00:00:02, dhcp: true}",
            "primary is not one of the members"
        ),
        ("{name: b, members: [boot, 52:54:00:00:00:01], mode: active-backup}", "needs dhcp: true, addresses or a VLAN"),
    ])
    func refusesABond(bond: String, reason: String) { expectRefusal("bonds: [\(bond)]", reason) }

    @Test(arguments: [
        ("{id: 5, dhcp: true}", "a VLAN needs id and link"),
        ("{id: 0, link: boot, dhcp: true}", "expected a number from 1 to 4094, found '0'"),
        ("{id: 4095, link: boot, dhcp: true}", "found '4095'"),
        ("{id: 5, link: bond0, dhcp: true}", "link is none of the interfaces and bonds"),
        ("{id: 5, link: 52:54:00:00:00:09, dhcp: true}", "link is none of the interfaces and bonds"),
        ("{id: 5, link: boot}", "vlans[0]: needs dhcp: true or addresses"),
        ("{id: 5, link: boot, dhcp: true, mtu: 9000}", "the MTU is larger than the link's, which is 1500"),
        ("{id: 5, link: boot, dhcp: true, name: lan0}", "the name 'lan0' is used twice"),
        ("{id: 5, link: boot, dhcp: true}, {id: 5, link: lan0, name: x, dhcp: true}", "VLAN 5 stands on this link"),
    ])
    func refusesAVLAN(vlan: String, reason: String) {
        expectRefusal("interfaces: [{mac: boot, name: lan0}]\nvlans: [\(vlan)]", reason)
    }

    @Test func refusesTwoGateways() {
        expectRefusal(
            """
            interfaces:
              - {mac: boot, addresses: [10.0.0.5/24], gateway: 10.0.0.1}
              - {mac: 52:54:00:00:00:01, addresses: [10.0.1.5/24], gateway: 10.0.1.1}
            """, "line 3, interfaces[1]: there is a gateway already, in interfaces[0]")
    }

    @Test func refusesAHugeFile() {
        expectRefusal("interfaces:\n" + String(repeating: "#\n", count: 40_000), "has more than 65536 bytes")
    }

    private func expectRefusal(_ file: String, _ reason: String) {
        let error = #expect(throws: SettingsError.self) { try NetworkSettings(yaml: file) }
        #expect(error?.description.contains(reason) == true, "\(error.map(String.init(describing:)) ?? "accepted")")
    }
}
