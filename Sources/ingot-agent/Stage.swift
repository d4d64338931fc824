import AgentProtocol
import AsyncHTTPClient
import ImageFormat
import LinuxSystem
import Logging
import NIOPosix
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
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await network.keepLease(log: say) }
            let end = try await talk(with: parameters, as: network.card.mac, inventory, trusting: keys)
            group.cancelAll()
            return end
        }
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
        return Inventory(of: machine, cards: NetworkCard.all(), disks: try MachineDisks().disks())
    }

    /// Greets, and carries out what the server orders.
    private func talk(
        with parameters: StageParameters, as mac: MACAddress, _ inventory: Inventory, trusting keys: TrustedKeys
    ) async throws -> StageEnd {
        let serverClock = ServerClock(uptime: { Int64(Machine().uptime) })
        let settings = DeploymentSettings(now: { serverClock.now })
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPStageServer.configuration(connections: settings.connections))
        let threads = NIOThreadPool(numberOfThreads: settings.connections)
        threads.start()
        let server = HTTPStageServer(baseURL: parameters.server, client: client)
        let runner = DeploymentRunner(
            inventory: inventory, trusted: keys, server: server, platform: MachineDisks(), settings: settings,
            console: ConsoleReporter(console: console, next: SilentReporter()), threads: threads)
        let session = StageSession(
            server: server, carrier: OrderCarrier(runner: runner), console: console, serverClock: serverClock)
        say("greeting \(parameters.server)")
        let end = await session.run(
            greeting: Greeting(bootID: machine.bootID ?? "", bootMAC: mac, inventory: inventory),
            bootToken: parameters.token)
        try await client.shutdown()
        try await threads.shutdownGracefully()
        return end
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
