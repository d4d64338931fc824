import FoundationEssentials
import Glibc
import Synchronization
import UserAPI
import VirtualRack

/// A real `ingot serve` in the network of a rack, and the command line that talks to it.
final class IngotServer: Sendable {
    let rack: Rack
    /// Configuration, data and log.
    let directory: String
    private let program: String
    private let name: String
    /// The user API.
    let url: String
    private let running = Mutex<RackProcess?>(nil)

    var configurationFile: String { directory + "/ingot.yaml" }
    var data: String { directory + "/data" }
    var log: String { directory + "/serve.log" }

    /// Writes the configuration; `start` starts the server.
    convenience init(rack: Rack, pool: String = "10.77.0.100-10.77.0.199") throws {
        try self.init(
            rack: rack, name: "server", port: 8090,
            """
            imports:
              allow: [127.0.0.0/8]
            dhcp:
              subnets:
                - subnet: 10.77.0.0/24
                  pools: [\(pool)]
                  domain: rack.test
            """)
    }

    /// Another region on the same machine, which no host boots from.
    convenience init(region name: String, rack: Rack) throws {
        try self.init(
            rack: rack, name: name, port: 8091,
            """
            httpPort: 8081
            tftpPort: 6900
            api:
              port: 8091
            dhcp:
              sharesMachine: true
              subnets:
                - subnet: 10.77.0.0/24
                  mode: "off"
            """)
    }

    private init(rack: Rack, name: String, port: Int, _ settings: String) throws {
        self.rack = rack
        self.name = name
        url = "http://127.0.0.1:\(port)"
        directory = "\(rack.directory.path)/\(name)"
        program = try Artifacts.program("ingot")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = """
            data: \(directory)/data
            bootFiles: \(try Artifacts.bootFiles())
            scripts: \(Artifacts.scripts)
            stage: \(try Artifacts.stage())
            interfaces: [\(rack.configuration.networks[0].interface)]
            \(settings)
            """
        try Data(configuration.utf8).write(to: URL(filePath: configurationFile))
    }

    /// Starts the server and waits until it answers.
    @discardableResult
    func start() async throws -> RackProcess {
        let process = try await rack.start(
            "ingot-\(name)", [program, "serve", "--config", configurationFile], log: log)
        running.withLock { $0 = process }
        for _ in 0..<200 {
            if let status: ServerStatus = try? await get(APIRoute.status), status.version != "" { return process }
            guard process.isAlive else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        let said = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        throw EndToEndError("ingot serve does not answer:\n\(said.suffix(4000))")
    }

    /// Sends a signal to the server's process.
    func signal(_ number: Int32) { running.withLock { $0 }?.signal(number) }

    /// Ends the server as a power loss would.
    func kill() async throws { try await running.withLock { $0 }?.kill() }

    /// Ends the server as a power loss would, and starts it anew with what `change` makes of its configuration.
    func restart(_ change: (String) -> String) async throws {
        try await kill()
        let file = URL(filePath: configurationFile)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        try Data(change(text).utf8).write(to: file)
        try await start()
    }

    /// A way into the system that a deployed host runs, at the address that DHCP gave it.
    func shell(to host: VirtualHost, key: String) async throws -> SecureShell {
        guard let lease = try await leases().first(where: { $0.mac == host.macs.first }) else {
            throw EndToEndError("\(host.name) has no lease")
        }
        return SecureShell(rack: rack, address: lease.address, user: "debian", key: key)
    }

    /// Runs the command line; what it prints is returned, a failure throws.
    @discardableResult
    func ingot(_ arguments: String...) async throws -> String {
        let output = try await attempt(arguments)
        guard output.status == 0 else {
            throw EndToEndError(
                "ingot \(arguments.joined(separator: " ")) ended with status \(output.status):\n"
                    + "\(output.standardOutput)\(output.standardError)")
        }
        return output.standardOutput
    }

    /// Runs the command line, however it ends.
    func attempt(_ arguments: [String]) async throws -> ProgramOutput {
        try await rack.run(environment + [program] + arguments)
    }

    /// What tells the command line which server is meant, and whose token it is.
    var environment: [String] { ["env", "INGOT_SERVER=\(url)", "INGOT_TOKEN_FILE=\(data)/admin-token"] }

    /// One GET of the user API.
    func get<T: Decodable>(_ path: String, as type: T.Type = T.self) async throws -> T {
        let header = directory + "/authorization"
        let token = FileManager.default.contents(atPath: data + "/admin-token") ?? Data()
        try Data("Authorization: Bearer \(String(decoding: token, as: UTF8.self))".utf8).write(
            to: URL(filePath: header), options: .atomic)
        let answer = try await rack.run(
            ["curl", "--silent", "--show-error", "--fail", "--header", "@\(header)", url + path])
        guard answer.status == 0 else { throw EndToEndError("GET \(path): \(answer.standardError)") }
        return try JSONDecoder().decode(type, from: Data(answer.standardOutput.utf8))
    }

    /// Every item of a list, page by page.
    func list<Item: Codable & Hashable & Sendable>(_ path: String) async throws -> [Item] {
        var items: [Item] = []
        var next: String?
        repeat {
            let after = next.map { "&after=\(APIRoute.segment($0))" } ?? ""
            let page: Page<Item> = try await get("\(path)?limit=500\(after)")
            items += page.items
            next = page.next
        } while next != nil
        return items
    }

    func hosts() async throws -> [HostSummary] { try await list(APIRoute.hosts) }

    func leases() async throws -> [LeaseSummary] { try await list(APIRoute.leases) }

    /// Waits until a host with this MAC address has greeted.
    func waitForHost(_ host: VirtualHost, timeout: Duration) async throws -> HostDetail {
        try await poll(timeout, "\(host.name) to greet", serial: host) {
            guard let mac = host.macs.first else { return nil }
            guard let summary = try await self.hosts().first(where: { $0.macs.contains(mac) }) else { return nil }
            return try await self.get(APIRoute.host(summary.id))
        }
    }

    func deployment(_ id: String) async throws -> DeploymentDetail { try await get(APIRoute.deployment(id)) }

    /// Every deployment, newest first.
    func deployments() async throws -> [DeploymentSummary] { try await list(APIRoute.deployments) }

    /// Every task, newest first.
    func tasks() async throws -> [TaskDetail] { try await list(APIRoute.tasks) }

    /// The newest deployment of all.
    func newestDeployment() async throws -> DeploymentDetail {
        guard let newest = try await deployments().first else { throw EndToEndError("there is no deployment") }
        return try await deployment(newest.id)
    }

    /// Waits until the deployment is what `isReached` says.
    func waitForDeployment(
        _ id: String, _ what: String, host: VirtualHost? = nil, timeout: Duration,
        _ isReached: @Sendable @escaping (DeploymentDetail) -> Bool
    ) async throws -> DeploymentDetail {
        try await poll(timeout, "deployment \(id): \(what)", serial: host) {
            let detail = try await self.deployment(id)
            if isReached(detail) { return detail }
            if detail.deployment.state.isFinal {
                throw EndToEndError(
                    "deployment \(id) ended as \(detail.deployment.state.rawValue) before \(what): "
                        + "\(detail.failure?.message ?? "") \(detail.cloudInitErrors)")
            }
            return nil
        }
    }

    func poll<T: Sendable>(
        _ timeout: Duration, _ what: String, serial: VirtualHost? = nil,
        _ body: @Sendable () async throws -> T?
    ) async throws -> T {
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end {
            if let value = try await body() { return value }
            try await Task.sleep(for: .milliseconds(500))
        }
        let console = serial.map { "\nits console ends with:\n\($0.serialText().suffix(1500))" } ?? ""
        let said = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        throw EndToEndError("waited \(timeout) for \(what)\(console)\nthe server's log:\n\(said.suffix(1500))")
    }
}
