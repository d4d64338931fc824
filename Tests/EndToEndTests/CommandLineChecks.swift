import FoundationEssentials
import Testing
import VirtualRack

extension EndToEnd.CommandLineTests {
    /// The configuration that is shipped, with the interface, the addresses and the directories of the rack. No server runs.
    @Test func checksAConfigurationBeforeItIsUsed() async throws {
        let name = "t-cli-check"
        try? await Rack.open(name).remove()
        try await Rack.with(RackConfiguration(name: name)) { rack in
            let text = try shippedConfiguration()
            let right = try await check(text, rack)
            #expect(right.status == 0, "\(right.standardError)")
            #expect(right.standardOutput.hasPrefix("boot: 10.77.0.1 in 10.77.0.0/24\n"))
            #expect(right.standardOutput.hasSuffix("/check.yaml is right\n"))
            let full = try await check(uncommented(text), rack)
            #expect(full == right, "\(full.standardOutput)\(full.standardError)")
            let proxy = try await check(text.replacing("#mode: authoritative", with: "mode: proxy"), rack)
            #expect(proxy.status == 0)
            #expect(
                proxy.standardOutput.contains(
                    "warning: dhcp.subnets: pools and reservations of 10.77.0.0/24 are not used in mode proxy\n"))

            let bare = rack.directory.path + "/bare"
            try FileManager.default.createDirectory(atPath: bare, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: Artifacts.bootFiles() + "/manifest.json", toPath: bare + "/manifest.json")
            for (old, new, sentence) in try mistakes(bare: bare) {
                #expect(text.contains(old))
                let wrong = try await check(text.replacing(old, with: new), rack)
                #expect(wrong.status == 1 && wrong.standardOutput.isEmpty, "\(new)")
                #expect(wrong.standardError.contains(sentence), "\(new): \(wrong.standardError)")
            }
        }
    }

    /// What is replaced in the right configuration, by what, and what is said then.
    /// - Parameter bare: a directory that has a manifest and no boot file.
    private func mistakes(bare: String) throws -> [(String, String, String)] {
        let bootFiles = try "bootFiles: \(Artifacts.bootFiles())"
        let stage = try "stage: \(Artifacts.stage())"
        return [
            ("#tftpPort: 69", "tftpport: 69", ": tftpport: unknown key 'tftpport'"),
            ("#routers: [10.77.0.1]", "router: [10.77.0.1]", ": dhcp.subnets.[0].router: unknown key 'router'"),
            (
                "10.77.0.100-10.77.0.199", "10.77.0.100-10.77.1.20",
                "dhcp.subnets (10.77.0.0/24): the pool 10.77.0.100-10.77.1.20 leaves the subnet"
            ),
            (bootFiles, "bootFiles: /nowhere", "bootFiles: manifest.json in /nowhere"),
            (bootFiles, "bootFiles: \(bare)", "is missing, though the manifest names"),
            ("scripts: \(Artifacts.scripts)", "scripts: /nowhere", "scripts: /nowhere"),
            (stage, "stage: /nowhere", "stage: /nowhere/vmlinuz is missing"),
            ("interfaces: [boot]", "interfaces: [eth7]", "interfaces: there is no interface eth7 on this machine"),
            ("#log: info", "log: loud", "log: 'loud' is no level"),
            ("#uefiLoader: snponly.efi", "uefiLoader: grub.efi", "dhcp.uefiLoader: 'grub.efi' is none"),
            ("#mtu: 1500", "options: [{ code: 51, hex: '00' }]", "code 51 is the lease time"),
            ("#mtu: 1500", "options: [{ code: 150, hex: '00', text: x }]", "has hex and text"),
            (
                "#mode: authoritative", "mode: both",
                "dhcp.subnets (10.77.0.0/24).mode: 'both' is none of: authoritative, proxy, off"
            ),
            ("#refuse: true", "authoritative: true", "unknown key 'authoritative'"),
            ("#sharesMachine: false", "sharesMachine: true", "10.77.0.0/24 needs mode proxy or off"),
            ("#otherServers: warn", "otherServers: kill", "dhcp.otherServers: 'kill' is none of: warn, refuse"),
            ("#placement:", "placement: [{ circuit: '0xZZ', rack: R1 }]", "dhcp.placement: circuit '0xZZ'"),
            ("#placement:", "placement: [{ circuit: a, name: db.1 }]", "dhcp.placement: name 'db.1' is no host name"),
            ("#placement:", "placement: [{ rack: R1 }]", "dhcp.placement: expected `circuit`, `remote` or both"),
            ("#loader: snponly.efi", "loader: nothing.efi", "'nothing.efi' in quirks or dhcp.subnets is no loader"),
            ("#quirks: \(quirks)", "quirks: /nowhere.yaml", "cannot read the configuration /nowhere.yaml"),
            (
                "#images:",
                "images: {objectStorage: {endpoint: http://s3, bucket: b, accessKey: k, secretKeyFile: /nowhere}}",
                "images.objectStorage.secretKeyFile: cannot read /nowhere"
            ),
        ]
    }

    private var quirks: String { Artifacts.root + "/config/quirks.yaml" }

    private func check(_ text: String, _ rack: Rack) async throws -> ProgramOutput {
        let file = rack.directory.path + "/check.yaml"
        try Data(text.utf8).write(to: URL(filePath: file))
        return try await rack.run([Artifacts.program("ingot"), "serve", "--check", "--config", file])
    }

    /// `config/ingot.yaml` edited as its comments tell.
    private func shippedConfiguration() throws -> String {
        let file = try Data(contentsOf: URL(filePath: Artifacts.root + "/config/ingot.yaml"))
        var text = String(decoding: file, as: UTF8.self)
        let edits = try [
            ("[eth1]", "[boot]"), ("10.20.0.", "10.77.0."),
            ("#bootFiles: /usr/local/share/ingot/tftp-root", "bootFiles: \(Artifacts.bootFiles())"),
            ("#scripts: /usr/local/share/ingot/ipxe", "scripts: \(Artifacts.scripts)"),
            ("#stage: /usr/local/share/ingot/stage", "stage: \(Artifacts.stage())"),
            ("/etc/ingot/quirks.yaml", quirks), ("/etc/ingot/s3-secret", quirks),
        ]
        for (old, new) in edits { text = text.replacing(old, with: new) }
        return text
    }

    /// With every value that is commented out. In front of those no space follows the comment's mark, or more than one.
    private func uncommented(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let mark = line.firstIndex(of: "#"), line[..<mark].allSatisfy({ $0 == " " }) else {
                return String(line)
            }
            let rest = line[mark...].dropFirst()
            let isValue = !rest.hasPrefix(" ") || rest.hasPrefix("  ")
            return isValue ? "\(line[..<mark])\(rest)" : String(line)
        }
        return lines.joined(separator: "\n")
    }
}
