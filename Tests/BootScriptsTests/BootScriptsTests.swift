import BootScripts
import Foundation
import NetworkTypes
import Testing

struct BootScriptsTests {
    static let token = "0123456789abcdef0123456789ABCDEF_-"
    static let mac = "52:54:00:12:34:56"

    /// The repository's own templates.
    static func scripts(files: StageFiles = StageFiles()) throws -> BootScripts {
        try BootScripts(templates: templates(BootScripts.templateNames), files: files)
    }

    static func templates(_ names: [String]) throws -> [String: String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ipxe")
        var templates: [String: String] = [:]
        for name in names {
            templates[name] = try String(contentsOf: root.appending(path: "\(name).mustache"), encoding: .utf8)
        }
        return templates
    }

    static func stage(_ scripts: BootScripts, base: String = "http://10.99.0.1:8080", token: String = token) throws
        -> String
    {
        try scripts.stage(baseURL: base, mac: #require(MACAddress(mac)), token: token)
    }

    /// Compares with `Fixtures/NAME`; `INGOT_WRITE_GOLDENS=1` rewrites it.
    static func expectGolden(_ script: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        if ProcessInfo.processInfo.environment["INGOT_WRITE_GOLDENS"] == "1" {
            try Data(script.utf8).write(to: golden)
        }
        #expect(try script == String(contentsOf: golden, encoding: .utf8), sourceLocation: location)
    }

    @Test func rendersTheStage() throws { try Self.expectGolden(Self.stage(Self.scripts()), "stage.ipxe") }

    @Test func rendersTheLocalDisk() throws { try Self.expectGolden(Self.scripts().localDisk(), "local-disk.ipxe") }

    @Test func rendersAFailure() throws {
        try Self.expectGolden(Self.scripts().failure("no order for host web-1: ask later"), "failure.ipxe")
    }

    @Test func everyScriptStartsAsIPXEWantsIt() throws {
        let scripts = try Self.scripts()
        for script in [try Self.stage(scripts), try scripts.localDisk(), try scripts.failure("x")] {
            #expect(script.hasPrefix("#!ipxe\n"))
            #expect(script.hasSuffix("\n"))
            #expect(!script.contains("{{"))
        }
    }

    @Test func startsTheDiskItselfUnderUEFIWhereAModelWantsIt() throws {
        let lines = try Self.scripts().localDisk(localBoot: .sanboot).split(separator: "\n")
        #expect(!lines.contains { $0.contains("goto efi") })
        #expect(lines.filter { $0.hasPrefix("sanboot ") }.count == 2 && lines.last == "exit 1")
    }

    @Test func leavesTheFirmwareAloneWhereAModelWantsIt() throws {
        let scripts = try Self.scripts()
        for script in [
            try scripts.localDisk(localBoot: .exit), try scripts.failure("x", localBoot: .exit),
            try scripts.stage(
                baseURL: "http://10.99.0.1", mac: #require(MACAddress(Self.mac)), token: Self.token, localBoot: .exit),
        ] {
            #expect(!script.contains("sanboot") && !script.contains("goto efi") && script.hasSuffix("\nexit 1\n"))
        }
    }

    @Test func theTokenStandsOnTheKernelsCommandLineAndNowhereElse() throws {
        let lines = try Self.stage(Self.scripts()).split(separator: "\n").filter { $0.contains(Self.token) }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("kernel ") == true)
        #expect(lines.first?.contains(" ingot.token=\(Self.token) ") == true)
    }

    @Test func loadsTheArchivesInTheirOrder() throws {
        let files = StageFiles(kernel: "linux", archives: ["a.cpio", "b.cpio", "c.cpio"])
        let script = try Self.stage(Self.scripts(files: files))
        #expect(script.contains("/stage/linux initrd=a.cpio initrd=b.cpio initrd=c.cpio "))
        #expect(script.split(separator: "\n").filter { $0.hasPrefix("initrd --name ") }.count == 3)
    }

    @Test(arguments: [
        "", "http://", "https://10.0.0.1", "http://10.0.0.1/", "http://10.0.0.1:0", "http://10.0.0.1:65536",
        "http://10.0.0.1:80:80", "http://a b", "http://a\nreboot", "http://${net0/mac}", "http://a||exit", "http://-a",
        "http://a@b", "http://[::1]", "http://a:+80", "http://a:", "HTTP://a", "http://a#", "http://ä",
    ])
    func refusesABaseURLThatIsMore(base: String) throws {
        let scripts = try Self.scripts()
        #expect(throws: BootScriptError.self) { try Self.stage(scripts, base: base) }
    }

    @Test(arguments: ["http://10.0.0.1", "http://boot.example.org:8080", "http://ingot"])
    func takesAHostWithOrWithoutAPort(base: String) throws {
        #expect(try Self.stage(Self.scripts(), base: base).contains("ingot.server=\(base) "))
    }

    @Test(arguments: [
        "", "short", "0123456789abcdef ingot.server=x", "0123456789abcdef\nreboot", "0123456789abcdef${x}",
        "0123456789abcdef;", "0123456789abcdef\"", String(repeating: "a", count: 257), "0123456789abcdefé",
    ])
    func refusesATokenThatIsMore(token: String) throws {
        let scripts = try Self.scripts()
        let error = #expect(throws: BootScriptError.self) { try Self.stage(scripts, token: token) }
        #expect(token.isEmpty || error?.description.contains(token) == false)
    }

    @Test(arguments: [
        ("${net0/mac}", "net0/mac"), ("a\nreboot", "a reboot"), ("a || reboot && exit # c", "a reboot exit c"),
        ("-n --timeout x", "n timeout x"), ("\"'\\`$", ""), ("läuft", "l uft"), ("{{base}}", "base"),
        (String(repeating: "a", count: 1000), String(repeating: "a", count: 200)),
    ])
    func leavesOutOfAMessageWhatCouldBeScript(message: String, shown: String) throws {
        let lines = try Self.scripts().failure(message).split(separator: "\n")
        #expect(lines.count > 2)
        #expect(lines[1].split(separator: " ") == "echo Ingot: \(shown)".split(separator: " "))
    }

    @Test(arguments: BootScripts.templateNames)
    func namesTheTemplateThatIsMissing(name: String) {
        let others = BootScripts.templateNames.filter { $0 != name }
        let templates = Dictionary(uniqueKeysWithValues: others.map { ($0, "#!ipxe\n") })
        let error = #expect(throws: BootScriptError.self) { try BootScripts(templates: templates) }
        #expect(error?.description.contains(name) == true)
    }

    @Test func namesTheTemplateThatIsMalformed() {
        var templates = Dictionary(uniqueKeysWithValues: BootScripts.templateNames.map { ($0, "#!ipxe\n") })
        templates["failure.ipxe"] = "{{#open}}"
        let error = #expect(throws: BootScriptError.self) { try BootScripts(templates: templates) }
        #expect(error?.description.contains("failure.ipxe") == true)
    }

    @Test(arguments: ["", "../x", "a b", "a/b", "-x", ".x", "${x}"])
    func refusesANameOfAStageFileThatIsMore(name: String) {
        #expect(throws: BootScriptError.self) { try Self.scripts(files: StageFiles(kernel: name)) }
        #expect(throws: BootScriptError.self) { try Self.scripts(files: StageFiles(archives: [name])) }
    }
}
