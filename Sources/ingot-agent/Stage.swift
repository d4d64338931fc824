import AgentProtocol
import FoundationEssentials
import Glibc
import ImageFormat
import LinuxSystem
import Logging
import NetworkTypes
import StageAgent

/// The agent: everything between the kernel's start and the reboot.
struct Stage: Sendable {
    private let console = StageConsole()
    private let machine = Machine()

    /// Works until there is a reason to reboot, says it, and returns it.
    func run() async -> StageEnd {
        Machine.quietenKernel()
        let end: StageEnd
        do {
            end = try await work()
        } catch {
            end = StageEnd(reason: "\(error)", isFailure: true)
        }
        console.progress(nil)
        console.line("ingot: \(end.reason)")
        return end
    }

    private func work() async throws -> StageEnd {
        console.line("Ingot stage on \(title)")
        let parameters = try StageParameters(commandLine: machine.commandLine)
        let keys = try trustedKeys()
        let logger = Logger(label: "stage") { [console] _ in ConsoleLogHandler(console: console) }
        async let bringingUp = BootNetwork.bringUp(mac: parameters.bootMAC, logger: logger, log: say)
        let inventory = try await inventory()
        let network = try await bringingUp
        let greeting = Greeting(
            bootID: machine.bootID ?? "", bootMAC: network.card.mac, inventory: inventory)
        return try await talk(parameters, greeting, keys, network, logger)
    }

    /// Loads the drivers, waits for the disks, and lists what there is.
    private func inventory() async throws -> Inventory {
        console.progress("looking for devices ...")
        let asked = await DriverLoading(modules: KernelModules(), log: say).run()
        machine.mountFirmwareVariables()
        for card in NetworkCard.all() { try? NetworkInterfaces().setUp(card.name) }
        try await DiskSettling().wait()
        console.progress(nil)
        say("\(asked.count) drivers loaded")
        let disks = DiskEnumeration().disks().map(Disk.init(found:))
        return Inventory(of: machine, cards: NetworkCard.all(), disks: disks)
    }

    private func trustedKeys() throws -> TrustedKeys {
        guard let text = SystemTree().text(StageFile.trustedKeys), let keys = TrustedKeys(text: text) else {
            throw StageError(
                "\(StageFile.trustedKeys) is missing or malformed: the boot script must load the site archive too")
        }
        return keys
    }

    private var title: String {
        let names = [machine.dmi("sys_vendor"), machine.dmi("product_name"), machine.dmi("product_serial")]
        let host = names.compactMap(\.self).joined(separator: " ")
        return "\(host.isEmpty ? "this host" : host), Linux \(machine.kernelRelease)"
    }

    @Sendable private func say(_ text: String) { console.line("ingot: \(text)") }
}

/// Why the stage cannot do its work.
struct StageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Stage {
    private func talk(
        _ parameters: StageParameters, _ greeting: Greeting, _ keys: TrustedKeys, _ network: BootNetwork,
        _ logger: Logger
    ) async throws -> StageEnd {
        let server = GreetingClient(server: parameters.server)
        say("greeting \(parameters.server) after \(machine.uptime) s")
        let clock = ServerClock(uptime: { Int64(Machine().uptime) })
        return await StageSession(server: server, carrier: NoCarrier(), console: console, serverClock: clock)
            .run(greeting: greeting, bootToken: parameters.token)
    }
}
