import AgentProtocol
import BootPolicy
import BootScripts
import BootTimeline
import HTTPServices
import NetworkTypes
import Synchronization
import Testing

/// One policy for every kind of loader.
struct HostScriptsTests {
    /// Scripts that say what they are.
    private struct SpokenScripts: BootScriptRendering {
        let name: String

        func stage(baseURL: String, mac: MACAddress, token: String, localBoot: LocalBoot) throws -> String {
            if baseURL.isEmpty { throw TestFailure("no base URL") }
            return "\(name) stage \(mac) at \(baseURL), \(token.utf8.count) octets, \(localBoot.rawValue)"
        }

        func localDisk(localBoot: LocalBoot) -> String { "\(name) local disk, \(localBoot.rawValue)" }

        func failure(_ message: String, localBoot: LocalBoot) -> String { "\(name) failure, \(localBoot.rawValue)" }
    }

    private final class Recorder: BootObserving {
        let events = Mutex<[BootEvent]>([])
        let asked = Mutex<[MACAddress]>([])

        func record(_ event: BootEvent) { events.withLock { $0.append(event) } }

        var plans: [ScriptRecord] {
            events.withLock { events in
                events.compactMap { event in
                    guard case .script(let record) = event.occurrence else { return nil }
                    return record
                }
            }
        }
    }

    private let server: Installation
    private let recorder = Recorder()

    init() throws { server = try Installation() }

    private func script(
        _ loader: ScriptRecord.Loader, localBoot: LocalBoot = .standard, baseURL: String = "http://10.0.0.1:8080"
    ) async throws -> String {
        let recorder = recorder
        let scripts = HostScripts(
            provisioner: server.provisioner, ipxe: SpokenScripts(name: "ipxe"), grub: SpokenScripts(name: "grub"),
            localBoot: { _ in localBoot }, asked: { mac in recorder.asked.withLock { $0.append(mac) } },
            observer: recorder, milliseconds: { 4711 }, log: Installation.log)
        return try await scripts.script(for: Installation.mac, loader: loader, baseURL: baseURL)
    }

    @Test(arguments: [ScriptRecord.Loader.ipxe, .grub])
    func anUnknownHostStartsTheStageWhateverLoaderItRuns(loader: ScriptRecord.Loader) async throws {
        let mac = Installation.mac
        let text = try await script(loader, localBoot: .exit)
        #expect(text == "\(loader.rawValue) stage \(mac) at http://10.0.0.1:8080, 64 octets, exit")
        #expect(recorder.asked.withLock { $0 } == [mac])
        let event = BootEvent(at: 4711, mac: mac, occurrence: .script(ScriptRecord(loader: loader, plan: .stage)))
        #expect(recorder.events.withLock { $0 } == [event])
    }

    @Test(arguments: [ScriptRecord.Loader.ipxe, .grub])
    func aProtectedHostStartsItsOwnDiskAsItsModelWantsIt(loader: ScriptRecord.Loader) async throws {
        _ = try await server.greet()
        _ = try await server.provisioner.protect(host: Installation.mac.description, isProtected: true)
        let text = try await script(loader, localBoot: .sanboot)
        #expect(text == "\(loader.rawValue) local disk, sanboot")
        #expect(recorder.plans == [ScriptRecord(loader: loader, plan: .localDisk)])
    }

    @Test(arguments: [ScriptRecord.Loader.ipxe, .grub])
    func whateverGoesWrongEndsAtTheHostsOwnDisk(loader: ScriptRecord.Loader) async throws {
        let text = try await script(loader, baseURL: "")
        #expect(text == "\(loader.rawValue) failure, default")
        #expect(recorder.plans == [ScriptRecord(loader: loader, plan: .failure)])
    }

    @Test func whatAStageReportedIsKnownByEachOfItsNICsAndAfterARestart() async throws {
        let known = KnownHosts()
        #expect(known.knowledge(of: Installation.mac) == nil)
        var inventory = Installation.inventory()
        inventory.vendor = "Example Inc."
        inventory.product = "Server 100"
        inventory.secureBoot = true
        inventory.nics.append(NIC(name: "eth1", mac: Installation.otherMAC, driver: nil, hasLink: false, speed: nil))
        known.note(inventory)
        let knowledge = LoaderKnowledge(
            secureBoot: true, model: HostModel(vendor: "Example Inc.", product: "Server 100"))
        #expect(known.knowledge(of: Installation.mac) == knowledge)
        #expect(known.knowledge(of: Installation.otherMAC) == knowledge)

        _ = try await server.greet(
            Greeting(bootID: "boot-1", bootMAC: Installation.mac, inventory: inventory))
        let restarted = KnownHosts()
        try await restarted.load(from: server.store)
        #expect(restarted.knowledge(of: Installation.otherMAC) == knowledge)
    }
}
