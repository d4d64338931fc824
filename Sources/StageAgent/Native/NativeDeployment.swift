import AgentProtocol
import AsyncHTTPClient
import Glibc
import ImageFormat
import LinuxSystem
import NIOPosix
import NetworkTypes

/// Carries out an order on a block device of a running system: the stage's own write path without a stage, for
/// benchmarks and fault tests.
package enum NativeDeployment {
    /// - Parameter arguments: what follows `deploy` on the command line.
    /// - Returns: the exit status: 0 where the disk was committed, 1 where the deployment failed, 2 for the usage.
    package static func run(_ arguments: [String]) async -> Int32 {
        do {
            return try await deploy(NativeArguments(arguments))
        } catch let error as NativeArgumentError {
            print("\(error)\n\(NativeArguments.usage)")
            return 2
        } catch {
            print("ingot-agent deploy: \(error)")
            return 1
        }
    }

    private static func deploy(_ arguments: NativeArguments) async throws -> Int32 {
        guard let text = SystemTree().text(arguments.keys), let trusted = TrustedKeys(text: text) else {
            throw NativeArgumentError("\(arguments.keys) holds no keys")
        }
        let settings = DeploymentSettings { Int64(time(nil)) }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPStageServer.configuration(connections: settings.connections))
        let threads = NIOThreadPool(numberOfThreads: settings.connections)
        threads.start()
        let ending: Result<DeploymentRunner.Ending, any Error>
        do {
            let server = HTTPStageServer(baseURL: arguments.server, client: client)
            ending = .success(
                try await talk(arguments, server: server, trusted: trusted, settings: settings, threads: threads))
        } catch {
            ending = .failure(error)
        }
        try await client.shutdown()
        try await threads.shutdownGracefully()
        return report(try ending.get())
    }

    private static func talk(
        _ arguments: NativeArguments, server: HTTPStageServer, trusted: TrustedKeys, settings: DeploymentSettings,
        threads: NIOThreadPool
    ) async throws -> DeploymentRunner.Ending {
        let output = StageConsole(descriptors: [STDOUT_FILENO])
        let platform = MachineDisks(only: arguments.diskPaths)
        let machine = Machine()
        let inventory = Inventory(
            systemUUID: nil, serial: nil, vendor: nil, product: nil, firmware: arguments.firmware, secureBoot: nil,
            memory: machine.memory, processors: machine.processors,
            nics: [NIC(name: "native", mac: arguments.mac, driver: nil, hasLink: true, speed: nil)],
            disks: try platform.disks())
        let greeting = Greeting(
            bootID: machine.bootID ?? "", bootMAC: arguments.mac, inventory: inventory)
        var assignment = try await server.greet(greeting, bootToken: arguments.bootToken).assignment
        while case .wait(let reason, let seconds) = assignment {
            output.line("waiting: \(reason)")
            try await Task.sleep(for: .seconds(min(max(seconds, 1), 300)))
            assignment = try await server.assignment()
        }
        guard case .deploy(let order) = assignment else { throw NativeArgumentError("the server has no order") }
        let console = ConsoleReporter(console: output, next: SilentReporter())
        let runner = DeploymentRunner(
            inventory: inventory, trusted: trusted, server: server, platform: platform, settings: settings,
            console: console, threads: threads, skipping: arguments.skipping)
        return await runner.run(order)
    }

    private static func report(_ ending: DeploymentRunner.Ending) -> Int32 {
        let peak = Machine().peakMemory ?? 0
        switch ending {
        case .committed:
            print("committed; VmHWM \(peak) kB")
            return 0
        case .failed(let phase, let failure):
            print("failed in \(phase.rawValue) (\(failure.code.rawValue)): \(failure.message); VmHWM \(peak) kB")
            return 1
        }
    }
}
