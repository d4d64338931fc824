import BootScripts
import NetworkTypes
import Testing

/// Both renderers take typed values, and refuse a text that could be read as script or as another kernel argument.
struct InjectionTests {
    static let attacks = [
        "\nreboot", "\r\nreboot", "\u{0}", "${net0/mac}", "$root", "$(reboot)", "\"", "'", "`reboot`", "\\", "#!ipxe",
        " init=/bin/sh", "\tinit=/bin/sh", ";reboot", "||reboot", "&&reboot", "|", "<", ">", "{{base}}", "{{{base}}}",
        "\u{FF10}", "\u{2028}", "é", String(repeating: "a", count: 4096),
    ]

    @Test("T21: a token that holds more than a token is refused and not repeated", arguments: attacks)
    func refusesAToken(attack: String) throws {
        let token = BootScriptsTests.token + attack
        let (ipxe, grub) = (try BootScriptsTests.scripts(), try GRUBScriptsTests.scripts())
        let ofIPXE = #expect(throws: BootScriptError.self) { try BootScriptsTests.stage(ipxe, token: token) }
        let ofGRUB = #expect(throws: BootScriptError.self) { try GRUBScriptsTests.stage(grub, token: token) }
        for error in [ofIPXE, ofGRUB] { #expect(error?.description.contains(BootScriptsTests.token) == false) }
    }

    @Test("T21: a base URL that holds more than host and port is refused", arguments: attacks)
    func refusesABaseURL(attack: String) throws {
        let (ipxe, grub) = (try BootScriptsTests.scripts(), try GRUBScriptsTests.scripts())
        for base in ["http://10.99.0.1\(attack)", "http://\(attack)", "http://10.99.0.1:80\(attack)", attack] {
            #expect(throws: BootScriptError.self) { try BootScriptsTests.stage(ipxe, base: base) }
            #expect(throws: BootScriptError.self) { try GRUBScriptsTests.stage(grub, base: base) }
        }
    }

    @Test("T21: a file name that holds more than a name is refused", arguments: attacks)
    func refusesAFileName(attack: String) {
        let files = [StageFiles(kernel: "vmlinuz\(attack)"), StageFiles(archives: ["initramfs", "site\(attack)"])]
        for files in files {
            #expect(throws: BootScriptError.self) { try BootScriptsTests.scripts(files: files) }
            #expect(throws: BootScriptError.self) { try GRUBScriptsTests.scripts(files: files) }
        }
    }

    @Test("T21: a message adds no line, no variable and no command", arguments: attacks)
    func aMessageStaysAMessage(attack: String) throws {
        let ipxe = try BootScriptsTests.scripts()
        let grub = try GRUBScriptsTests.scripts()
        let message = "no order for \(attack) here"
        let pairs = [
            (try ipxe.failure(message), try ipxe.failure("x")), (try grub.failure(message), try grub.failure("x")),
        ]
        for (script, plain) in pairs {
            let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
            let expected = plain.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == expected.count)
            let changed = zip(lines, expected).filter { $0 != $1 }
            #expect(changed.count == 1)
            let (line, plainLine) = try #require(changed.first)
            #expect(line.utf8.count < 300)
            #expect(line.filter { $0 == "\"" } == plainLine.filter { $0 == "\"" })
            #expect(line.drop { $0 != ":" }.dropFirst().allSatisfy { $0.isASCII && !"$`\\|&;<>{}#'".contains($0) })
        }
    }

    @Test("T21: a UUID or MAC address that is more is none", arguments: attacks)
    func refusesIdentifiers(attack: String) {
        let uuid = "4c4c4544-0042-3510-8053-b4c04f4d4e32"
        #expect(SystemUUID(uuid) != nil && MACAddress(BootScriptsTests.mac) != nil)
        #expect(SystemUUID(uuid + attack) == nil && SystemUUID(uuid.dropLast(attack.utf8.count) + attack) == nil)
        #expect(MACAddress(BootScriptsTests.mac + attack) == nil && MACAddress(attack) == nil)
    }
}
