import Provisioning
import Store
import AgentProtocol
import BootScripts
import BootTimeline
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Testing
import UserAPI

/// What an operator or a host says must not become script or kernel arguments.
struct InjectionTests {
    private static let attacks = [
        "a\nreboot", "a\r\nchain http://evil/", "${net0/mac}", "$(reboot)", "a\"b", "a'b", "a`b`", "a\\b", "#!ipxe",
        "a b", "a;reboot", "a||reboot", "a&&reboot", "{{base}}", "a\u{0}b", "\u{FF41}", "-a", "a.b/../c", "",
        String(repeating: "a", count: 4096),
    ]

    private let server: Installation
    private let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test("T21: the API refuses a host name that is more than one", arguments: attacks)
    func refusesAHostName(name: String) async throws {
        _ = try await server.greet()
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        let router = UserListener(
            provisioner: server.provisioner, settings: SeedRenderer(), facts: NoFacts(), images: images.services,
            usage: .fixed(server.provisioner),
            controls: .idle(server.provisioner),
            recorder: TimelineRecorder(store: server.store, log: Installation.log), captures: FixedCaptures()
        ).router()
        let body = try JSONEncoder().encode(HostChange(name: name))
        try await Application(router: router, logger: Installation.log).test(.router) { client async throws in
            let answer = try await client.execute(
                uri: APIRoute.host(Installation.mac.description), method: .patch,
                headers: [.authorization: "Bearer \(token)"], body: ByteBuffer(bytes: body))
            #expect(answer.status == .unprocessableContent && answer.isProblem)
        }
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.count == 1 && hosts.first?.name != name)
    }

    @Test("T21: an order's host name and keys are refused where they are more", arguments: attacks)
    func refusesSettings(text: String) {
        let key = "ssh-ed25519 \(text)"
        #expect(throws: (any Error).self) {
            try SeedRenderer().settings(for: DeploymentRequest(host: "db1", image: "debian-12", sshKeys: [key]))
        }
        #expect(throws: (any Error).self) {
            try SeedRenderer().settings(for: DeploymentRequest(host: "db1", image: "debian-12", hostname: text + "\n"))
        }
    }

    /// The scripts hold what the server itself made, whatever a stage reported.
    @Test("T21: nothing that a stage reports of its host stands in a script", arguments: attacks)
    func nothingThatAStageReportsStandsInAScript(text: String) async throws {
        let marker = "evil\(text)evil"
        var inventory = Installation.inventory(disks: [Installation.disk(serial: marker)])
        inventory.vendor = marker
        inventory.product = marker
        inventory.serial = marker
        let greeting = Greeting(bootID: "boot-1", bootMAC: Installation.mac, inventory: inventory)
        if marker.utf8.count <= 256 {
            _ = try await server.greet(greeting)
        } else {
            await #expect(throws: ProvisioningError.self) { try await server.greet(greeting) }
        }
        let scripts = try scripts()
        for loader in [ScriptRecord.Loader.ipxe, .grub] {
            let script = try await scripts.script(
                for: Installation.mac, loader: loader, baseURL: "http://10.0.0.1:8080")
            #expect(script.contains("ingot.token=") && !script.contains("evil"))
        }
    }

    /// A base URL comes from an address of the server's own; if it ever did not, the host would start its own disk.
    @Test("T21: a base URL that is more leads to the host's own disk", arguments: attacks)
    func aBaseURLThatIsMoreLeadsToTheHostsOwnDisk(text: String) async throws {
        let scripts = try scripts()
        for loader in [ScriptRecord.Loader.ipxe, .grub] {
            let script = try await scripts.script(for: Installation.mac, loader: loader, baseURL: "http://\(text)/x")
            #expect(!script.contains("ingot.token=") && script.contains("the server could not decide"))
            #expect(script.hasSuffix("\nexit 1\n"))
        }
    }

    /// The scripts as the server renders them.
    private func scripts() throws -> HostScripts {
        let ipxe = try BootScripts(templates: Self.templates(BootScripts.templateNames))
        let grub = try GRUBScripts(templates: Self.templates(GRUBScripts.templateNames))
        return HostScripts(
            provisioner: server.provisioner, ipxe: ipxe, grub: grub, localBoot: { _ in .standard }, asked: { _ in },
            observer: NoBootObserver(), milliseconds: { 0 }, log: Installation.log)
    }

    private static func templates(_ names: [String]) throws -> [String: String] {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        var templates: [String: String] = [:]
        for name in names {
            let bytes = try Data(contentsOf: URL(filePath: "\(root)/ipxe/\(name).mustache"))
            templates[name] = String(decoding: bytes, as: UTF8.self)
        }
        return templates
    }
}
