import CloudInit
import NetworkTypes
import Testing

struct SystemSettingsTests {
    private let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@desk"

    @Test(arguments: ["web1", "web1.example.org", "1a", String(repeating: "a", count: 63)])
    func acceptsHostNames(name: String) throws {
        #expect(try SystemSettings(hostname: name).hostname == name)
    }

    @Test(arguments: ["", "-a", "a-", "a..b", "a_b", "a b", "é", String(repeating: "a", count: 64)])
    func refusesWhatIsNoHostName(name: String) throws {
        let error = #expect(throws: SettingsError.self) { try SystemSettings(hostname: name) }
        #expect(error?.path == "hostname")
    }

    @Test func acceptsKeysWithAndWithoutOptions() throws {
        _ = try SystemSettings(sshKeys: [key, "from=\"10.0.0.0/8\",no-pty \(key)"])
    }

    @Test(arguments: [
        "", "hello", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5",
        "-----BEGIN OPENSSH PRIVATE KEY-----", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\nx",
    ])
    func refusesWhatIsNoPublicKey(line: String) throws {
        let error = #expect(throws: SettingsError.self) { try SystemSettings(sshKeys: [key, line]) }
        #expect(error?.path == "sshKeys[1]")
    }

    @Test(arguments: [
        "#cloud-config\npackages: [vim]\n", "#cloud-config\n", "#!/bin/sh\ntrue\n", "#include\nhttp://a/b\n",
        "## template: jinja\n#cloud-config\nx: {{ y }}\n", "#cloud-config-archive\n- type: text/plain\n",
    ])
    func acceptsEveryKindOfUserData(text: String) throws {
        #expect(try SystemSettings(userData: text).userData == text)
    }

    @Test(arguments: [
        ("packages: [vim]\n", "must begin with"), ("", "must begin with"),
        ("#cloud-config\n- a\n", "must be a mapping"), ("#cloud-config\na: [\n", "is not valid YAML"),
        ("#!" + String(repeating: "x", count: 600_000), "at most"),
    ])
    func refusesUserDataThatCloudInitWouldNotTake(text: String, reason: String) throws {
        let error = #expect(throws: SettingsError.self) { try SystemSettings(userData: text) }
        #expect(error?.path == "userData")
        #expect(error?.reason.contains(reason) == true)
    }

    @Test func refusesANetworkCardThatTheHostDoesNotHave() throws {
        let settings = try SystemSettings(network: "interfaces: [{mac: 52:54:00:00:00:01, dhcp: true}]")
        let own = try #require(MACAddress("52:54:00:00:00:01"))
        let other = try #require(MACAddress("52:54:00:00:00:02"))
        try settings.checkNetwork(macs: [other, own])
        let error = #expect(throws: SettingsError.self) { try settings.checkNetwork(macs: [other]) }
        #expect(error?.reason == "the host has no network card 52:54:00:00:00:01; it has 52:54:00:00:00:02")
    }

    @Test func refusesAFileThatLeavesNoCardToBootFrom() throws {
        let settings = try SystemSettings(
            network: "interfaces: [{mac: boot, dhcp: true}, {mac: 52:54:00:00:00:01, dhcp: true}]")
        let own = try #require(MACAddress("52:54:00:00:00:01"))
        let other = try #require(MACAddress("52:54:00:00:00:02"))
        try settings.checkNetwork(macs: [other, own])
        let error = #expect(throws: SettingsError.self) { try settings.checkNetwork(macs: [own]) }
        #expect(error?.reason.contains("none is left to be 'boot'") == true)
    }

    @Test func aMistakeInTheNetworkFileIsToldWithItsLine() throws {
        let error = #expect(throws: SettingsError.self) {
            try SystemSettings(network: "interfaces:\n  - mac: boot\n    adresses: [10.0.0.5/24]\n")
        }
        #expect(
            error?.description
                == "line 3, network, interfaces[0]: unknown key 'adresses', expected mac, name, dhcp, addresses, gateway, "
                + "nameservers, search and mtu")
    }
}
