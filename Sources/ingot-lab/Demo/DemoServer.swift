import FoundationEssentials
import NetworkTypes
import VirtualRack

/// `ingot serve` in the rack, and `ingot` as its client. Everything it writes goes with the rack.
struct DemoServer {
    let rack: Rack
    let parts: DemoParts

    var directory: String { rack.directory.path + "/server" }
    var log: String { directory + "/serve.log" }

    private var data: String { directory + "/data" }

    /// Writes the configuration, starts the server and waits until it answers.
    func start() async throws -> RackProcess {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = directory + "/ingot.yaml"
        try Data(configuration.utf8).write(to: URL(filePath: file))
        let process = try await rack.start("server", [absolute(parts.ingot), "serve", "--config", file], log: log)
        let end = ContinuousClock.now + .seconds(60)
        while try await rack.run(client(["status"])).status != 0 {
            guard process.isAlive, ContinuousClock.now < end else {
                throw RackError("the server does not answer; its log says:\n\(logTail())")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        return process
    }

    /// The words of a client command.
    func client(_ arguments: [String]) -> [String] {
        ["env", "INGOT_TOKEN_FILE=\(data)/admin-token", absolute(parts.ingot)] + arguments
    }

    /// Runs a client command and returns what it printed. Throws where it ends in failure.
    @discardableResult
    func ingot(_ arguments: String...) async throws -> String {
        let output = try await rack.run(client(arguments))
        guard output.status == 0 else {
            throw RackError(
                "ingot \(arguments.joined(separator: " ")): \(output.standardOutput)\(output.standardError)\n"
                    + "The server's log ends:\n\(logTail())")
        }
        return output.standardOutput
    }

    /// The last lines of the server's log.
    func logTail() -> String {
        let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(20).joined(separator: "\n")
    }

    private var configuration: String {
        let network = rack.configuration.networks[0]
        // The rack is the demo's own, with the standard network, a /24.
        let octets = network.address.bytes.prefix(3).map(String.init).joined(separator: ".")
        return """
            data: \(data)
            bootFiles: \(absolute(parts.bootFiles))
            scripts: \(absolute(parts.scripts))
            stage: \(absolute(parts.stage))
            interfaces: [\(network.interface)]
            dhcp:
              subnets:
                - subnet: \(octets).0/\(network.prefixLength)
                  pools: [\(octets).100-\(octets).199]

            """
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
