import AgentProtocol
import FoundationEssentials
import Glibc
import NetworkTypes
import UserAPI
import VirtualRack

/// A host that is no more than the real agent on a loop device, in the network of a rack.
struct NativeHost: Sendable {
    let server: IngotServer
    let mac: MACAddress
    let name: String
    /// The disk that orders mean.
    let disk: LoopDisk
    /// The only disks that its agents see.
    var visibleDisks: [LoopDisk]

    init(server: IngotServer, mac: MACAddress, name: String, disk: LoopDisk) {
        self.server = server
        self.mac = mac
        self.name = name
        self.disk = disk
        visibleDisks = [disk]
    }

    /// How an agent ended.
    struct Ending: Sendable {
        let status: Int32
        let said: String
    }

    /// A host with this number that has greeted once and was accepted.
    static func known(_ number: UInt8, to server: IngotServer, disk: LoopDisk) async throws -> NativeHost {
        let octets: [UInt8] = [0x52, 0x54, 0x00, 0xFA, 0x17, number]
        guard let mac = MACAddress(octets) else { throw EndToEndError("no MAC address") }
        let host = NativeHost(server: server, mac: mac, name: "native\(number)", disk: disk)
        try await host.greetAndWait()
        try await server.ingot("host", "accept", mac.description, "--name", host.name)
        return host
    }

    /// Starts an agent that greets with the visible disks, and ends it when it waits without an order.
    func greetAndWait(for reason: String = "") async throws {
        let agent = try await start(token: bootToken())
        try await agent.waitForLog("waiting: " + reason, timeout: .seconds(20))
        try await agent.killGroup()
    }

    /// Asks for the boot script as a loader does; what it says.
    func bootScript() async throws -> String {
        let answer = try await server.rack.run(["curl", "-sSf", server.bootURL + "/boot/ipxe/\(mac.hyphenated)"])
        guard answer.status == 0 else { throw EndToEndError("the boot script: \(answer.standardError)") }
        return answer.standardOutput
    }

    /// The token in a fresh boot script.
    func bootToken() async throws -> String {
        let script = try await bootScript()
        let words = script.split { $0 == " " || $0 == "\n" }
        guard let word = words.first(where: { $0.hasPrefix(StageParameter.token + "=") }) else {
            throw EndToEndError("a boot script without a token:\n\(script)")
        }
        return String(word.dropFirst(StageParameter.token.count + 1))
    }

    /// Orders the test's image onto the host's disk; the deployment's id.
    func order(disk rule: String? = nil) async throws -> String {
        try await server.ingot("deploy", name, "--image", "fault", "--disk", rule ?? disk.rule)
        return try await server.newestDeployment().deployment.id
    }

    /// Runs an agent to its end.
    /// - Parameters:
    ///   - token: a fresh one unless given.
    ///   - claimed: the MAC address that it claims to have.
    func deploy(token: String? = nil, as claimed: MACAddress? = nil) async throws -> Ending {
        let token = if let token { token } else { try await bootToken() }
        let output = try await server.rack.run(command(token: token, url: server.bootURL, mac: claimed ?? mac))
        return Ending(status: output.status, said: output.standardOutput + output.standardError)
    }

    /// Starts an agent, by way of `relay` where there is one; it writes into a log, the exit status last.
    func start(token: String, through relay: Relay? = nil, name: String = "agent") async throws -> RackProcess {
        let agent = try command(token: token, url: relay?.url ?? server.bootURL, mac: mac)
        let log = "\(server.directory)/\(name)-\(UInt64.random(in: 0 ... .max)).log"
        return try await server.rack.start(name, ["sh", "-c", #""$@"; echo "exit status $?""#, "sh"] + agent, log: log)
    }

    private func command(token: String, url: String, mac: MACAddress) throws -> [String] {
        [
            try Artifacts.program("ingot-agent"), "deploy", "--server", url, "--boot-token", token,
            "--mac", mac.description, "--keys", server.directory + "/trusted-keys",
        ] + visibleDisks.flatMap { ["--disk-path", $0.device] }
    }
}

extension RackProcess {
    /// Ends an agent that `NativeHost.start` started, and the shell that waits for it, as a power loss would.
    func killGroup() async throws {
        Glibc.kill(-pid, SIGKILL)
        for _ in 0..<200 where Glibc.kill(-pid, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        try await kill()
    }

    /// Waits for the end of an agent that `NativeHost.start` started.
    func ending(timeout: Duration = .seconds(60)) async throws -> NativeHost.Ending {
        try await waitForLog("exit status ", timeout: timeout)
        let said = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
        let status = said.split(separator: "\n").last { $0.hasPrefix("exit status ") }
        return NativeHost.Ending(status: status.flatMap { Int32($0.dropFirst(12)) } ?? -1, said: said)
    }
}
