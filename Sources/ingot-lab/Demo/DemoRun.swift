import FoundationEssentials
import NetworkTypes
import Synchronization
import VirtualRack

/// The demo's steps, from an empty rack to the installed system's answer.
struct DemoRun {
    let rack: Rack
    let parts: DemoParts

    private static let hostname = "ingot-demo"

    func run() async throws {
        let server = DemoServer(rack: rack, parts: parts)
        guard let host = rack.hosts.first, let mac = host.macs.first?.description else {
            throw RackError("the rack has no host with a NIC")
        }
        var watch = Stopwatch()
        do {
            let phases = try await deploy(host, mac, server, &watch)
            print("\nTimes:\n\(watch.table)\n\nPhases of the stage:\n" + phases.joined(separator: "\n"))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw RackError(
                "\(error)\n\nThe host's serial port ended with:\n\(host.serialText().suffix(3000))\n\n"
                    + "The server's log ended with:\n\(server.logTail())")
        }
    }

    /// Returns the lines of the server's own phase times.
    private func deploy(
        _ host: VirtualHost, _ mac: String, _ server: DemoServer, _ watch: inout Stopwatch
    ) async throws -> [String] {
        let process = try await watch.time("start the server") { try await server.start() }
        try await watch.time("import the image") {
            _ = try await server.ingot(
                "image", "import", "--name", parts.imageName, "--format", parts.format.rawValue, parts.image)
        }
        try await watch.time("boot the bare host into the stage (\(host.configuration.firmware.rawValue))") {
            try await host.powerOn()
            try await discovery(of: mac, server)
        }
        print(try await server.ingot("host", "list"))
        let (id, phases) = try await watch.time("deploy") { try await order(mac, server) }
        print(try await server.ingot("deployment", "show", id))
        try await watch.time("ask the installed system") { try await answer(of: mac, server) }
        try await host.powerOff()
        try await process.end()
        return phases
    }

    /// Waits until the stage has told the server what the host is made of.
    private func discovery(of mac: String, _ server: DemoServer) async throws {
        while true {
            let output = try await rack.run(server.client(["host", "show", mac]))
            if output.status == 0, output.standardOutput.contains("  disk ") { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Accepts the host, orders the image and follows it to the end. Returns the deployment's id and its phases' times.
    private func order(_ mac: String, _ server: DemoServer) async throws -> (id: String, phases: [String]) {
        print(try await server.ingot("host", "accept", mac), terminator: "")
        try await makeKey(server)
        let placed = try await server.ingot(
            "deploy", mac, "--image", parts.imageName, "--hostname", Self.hostname, "--ssh-key", key(server) + ".pub")
        print(placed, terminator: "")
        guard let id = placed.split(separator: ":").first.map(String.init) else {
            throw RackError("`ingot deploy` did not name the deployment: \(placed)")
        }
        let lines = Mutex<[String]>([])
        let status = try await rack.run(server.client(["deployment", "watch", id])) { line in
            print(line)
            lines.withLock { $0.append(line) }
        }
        guard status == 0 else { throw RackError("the deployment \(id) did not end well (exit status \(status))") }
        return (id, lines.withLock { $0.filter { $0.hasPrefix("  ") && $0.hasSuffix(" ms") } })
    }

    /// Prints what the system on the host's disk says about itself. Throws where it is not the ordered one.
    private func answer(of mac: String, _ server: DemoServer) async throws {
        let leases = try await server.ingot("leases").split(separator: "\n").map { $0.split(separator: " ") }
        guard let text = leases.first(where: { $0.count > 1 && $0[1] == mac[...] })?[0],
            let address = IPv4Address(text)
        else { throw RackError("the server gave \(mac) no address") }
        let shell = SecureShell(rack: rack, address: address, user: parts.user, key: key(server))
        try await shell.waitUntilReachable(timeout: .seconds(120))
        let hostname = try await shell.run("hostname").filter { !$0.isWhitespace }
        print("hostname            \(hostname)")
        print("address             \(try await shell.run("hostname -I"))", terminator: "")
        print("system              \(try await shell.run(". /etc/os-release; echo $PRETTY_NAME"))", terminator: "")
        print("root                \(try await shell.run("findmnt -no SOURCE,FSTYPE,SIZE /"))", terminator: "")
        let status = try await shell.run("cloud-init status --long")
        print("cloud-init status --long\n\(status)")
        guard hostname == Self.hostname, status.contains("status: done") else {
            throw RackError("the installed system is '\(hostname)', expected '\(Self.hostname)' with cloud-init done")
        }
    }

    private func key(_ server: DemoServer) -> String { server.directory + "/key" }

    private func makeKey(_ server: DemoServer) async throws {
        try await Tool.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ingot-lab", "-f", key(server)])
    }
}
