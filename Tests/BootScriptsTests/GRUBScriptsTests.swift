import BootScripts
import Foundation
import NetworkTypes
import Testing

struct GRUBScriptsTests {
    /// The repository's own templates.
    static func scripts(files: StageFiles = StageFiles()) throws -> GRUBScripts {
        try GRUBScripts(templates: BootScriptsTests.templates(GRUBScripts.templateNames), files: files)
    }

    static func stage(
        _ scripts: GRUBScripts, base: String = "http://10.99.0.1:8080", token: String = BootScriptsTests.token,
        localBoot: LocalBoot = .standard
    ) throws -> String {
        try scripts.stage(
            baseURL: base, mac: #require(MACAddress(BootScriptsTests.mac)), token: token, localBoot: localBoot)
    }

    /// Every script, whatever the model wants.
    static func all() throws -> [String] {
        let scripts = try scripts()
        var all = [try scripts.main()]
        for localBoot in LocalBoot.allCases {
            all.append(try stage(scripts, localBoot: localBoot))
            all.append(try scripts.localDisk(localBoot: localBoot))
            all.append(try scripts.failure("no order for host web-1: ask later", localBoot: localBoot))
        }
        return all
    }

    @Test func rendersWhatEveryGRUBReads() throws {
        try BootScriptsTests.expectGolden(Self.scripts().main(), "grub-main.cfg")
    }

    @Test func rendersTheStage() throws {
        try BootScriptsTests.expectGolden(Self.stage(Self.scripts()), "grub-stage.cfg")
    }

    @Test func rendersTheLocalDisk() throws {
        try BootScriptsTests.expectGolden(Self.scripts().localDisk(), "grub-local-disk.cfg")
    }

    @Test func rendersAFailure() throws {
        try BootScriptsTests.expectGolden(
            Self.scripts().failure("no order for host web-1: ask later"), "grub-failure.cfg")
    }

    @Test func everyScriptIsWhatGRUBCanRead() throws {
        for script in try Self.all() {
            #expect(!script.contains("{{") && script.hasSuffix("\n"))
            let check = Process()
            check.executableURL = URL(filePath: "/usr/bin/grub-script-check")
            let input = Pipe()
            check.standardInput = input
            try check.run()
            try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
            try input.fileHandleForWriting.close()
            check.waitUntilExit()
            #expect(check.terminationStatus == 0, "\(script)")
        }
    }

    @Test func everyScriptEndsByLeavingGRUB() throws {
        for script in try Self.all() { #expect(script.hasSuffix("\nexit 1\n")) }
    }

    @Test func bothLoadersGiveTheKernelTheSameArguments() throws {
        func arguments(_ script: String, from first: Substring) throws -> [Substring] {
            let line = try #require(script.split(separator: "\n").first { $0.contains("ingot.token=") })
            let command = line.replacing("; then", with: "").replacing(" || goto failed", with: "")
            let words = command.split(separator: " ")
            return Array(words[try #require(words.firstIndex(of: first))...])
        }
        let ipxe = try arguments(BootScriptsTests.stage(BootScriptsTests.scripts()), from: "console=tty0")
        let grub = try arguments(Self.stage(Self.scripts()), from: "console=tty0")
        #expect(ipxe == grub && ipxe.count > 5)
    }

    @Test func theTokenStandsOnTheKernelsCommandLineAndNowhereElse() throws {
        let lines = try Self.stage(Self.scripts()).split(separator: "\n").filter { $0.contains(BootScriptsTests.token) }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(" linux (tftp)/stage/vmlinuz ") == true)
    }

    @Test func loadsTheArchivesInTheirOrder() throws {
        let files = StageFiles(kernel: "linux", archives: ["a.cpio", "b.cpio", "c.cpio"])
        let script = try Self.stage(Self.scripts(files: files))
        #expect(script.contains(" linux (tftp)/stage/linux "))
        #expect(script.contains(" initrd (tftp)/stage/a.cpio (tftp)/stage/b.cpio (tftp)/stage/c.cpio; then\n"))
    }

    @Test func leavesTheFirmwareAloneWhereAModelWantsIt() throws {
        #expect(try !Self.scripts().localDisk(localBoot: .exit).contains("chainloader"))
        #expect(try Self.scripts().localDisk(localBoot: .sanboot) == Self.scripts().localDisk())
    }

    @Test(arguments: [
        "https://10.0.0.1", "http://a b", "http://a;reboot", "http://$root", "http://a{b}", "http://a\nb",
    ])
    func refusesABaseURLThatIsMore(base: String) throws {
        let scripts = try Self.scripts()
        #expect(throws: BootScriptError.self) { try Self.stage(scripts, base: base) }
    }

    @Test(arguments: ["0123456789abcdef;reboot", "0123456789abcdef${x}", "0123456789abcdef x", "0123456789abcdef\""])
    func refusesATokenThatIsMore(token: String) throws {
        let scripts = try Self.scripts()
        let error = #expect(throws: BootScriptError.self) { try Self.stage(scripts, token: token) }
        #expect(error?.description.contains(token) == false)
    }

    @Test(arguments: ["$root", "\"; reboot; \"", "a\nreboot", "`x`", "a\\", "{{base}}", "a;b|c&d<e>f"])
    func leavesOutOfAMessageWhatCouldBeScript(message: String) throws {
        let line = try #require(try Self.scripts().failure(message).split(separator: "\n").first)
        #expect(line.hasPrefix("echo \"Ingot: ") && line.hasSuffix("\""))
        #expect(!line.dropFirst(6).dropLast().contains { "\"$`\\;|&<>{}".contains($0) })
    }

    @Test(arguments: GRUBScripts.templateNames)
    func namesTheTemplateThatIsMissing(name: String) {
        let others = GRUBScripts.templateNames.filter { $0 != name }
        let templates = Dictionary(uniqueKeysWithValues: others.map { ($0, "exit 1\n") })
        let error = #expect(throws: BootScriptError.self) { try GRUBScripts(templates: templates) }
        #expect(error?.description.contains(name) == true)
    }
}
