import AgentProtocol
import CloudInit
import Foundation
import NetworkTypes
import Testing

/// The seed against golden files; `INGOT_REWRITE_GOLDENS=1` writes them anew.
struct SeedTests {
    @Test(arguments: ["dhcp", "static", "vlan-on-bond", "vlan-on-boot-nic"])
    func networkConfigIsAsInTheGolden(name: String) throws {
        let file = name == "dhcp" ? nil : try Golden.text("\(name).yaml")
        let settings = try SystemSettings(network: file)
        try Golden.expect(content(of: "network-config", settings), "\(name).network-config")
    }

    @Test func metaDataNamesInstanceHostAndKeys() throws {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl \"me\""
        let settings = try SystemSettings(hostname: "web1.example.org", sshKeys: [key])
        #expect(
            try content(of: "meta-data", settings) == """
                instance-id: "d-0123"
                local-hostname: "web1.example.org"
                public-keys:
                  - "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl \\"me\\""

                """)
    }

    @Test func theInventorysNameStandsInForAHostName() throws {
        #expect(
            try content(of: "meta-data", SystemSettings())
                == "instance-id: \"d-0123\"\nlocal-hostname: \"rack1-7\"\n")
    }

    @Test func userDataIsVerbatim() throws {
        let text = "#cloud-config\n# ü \"quoted\"\r\nruncmd: [[ls]]"
        #expect(try content(of: "user-data", SystemSettings(userData: text)) == text)
        #expect(try content(of: "user-data", SystemSettings()) == "#cloud-config\n{}\n")
    }

    @Test func onlyRootReadsTheSeed() throws {
        for file in try files(SystemSettings()) where file.path.hasPrefix("/var/lib/cloud/") {
            #expect(file.mode == 0o600, "\(file.path)")
        }
    }

    @Test func theBootCardMustNotBeNamedTwice() throws {
        let settings = try SystemSettings(
            network: "interfaces: [{mac: boot, dhcp: true}, {mac: 52:54:00:aa:00:01, dhcp: true}]")
        let error = #expect(throws: SettingsError.self) { try files(settings) }
        #expect(error?.reason.contains("both as 'boot' and by its address") == true)
    }

    private func files(_ settings: SystemSettings) throws -> [InjectedFile] {
        let mac = try #require(MACAddress("52:54:00:aa:00:01"))
        return try Seed.files(settings: settings, deploymentID: "d-0123", hostname: "rack1-7", bootMAC: mac)
    }

    private func content(of name: String, _ settings: SystemSettings) throws -> String {
        try #require(files(settings).first { $0.path == "/var/lib/cloud/seed/nocloud/\(name)" }).content
    }
}
