import AgentProtocol
import FoundationEssentials
import Glibc
import Provisioning
import Testing
import UserAPI
import VirtualRack

extension EndToEnd.CommandLineTests {
    @Test func followsADeploymentToItsEndThroughARestartOfTheServer() async throws {
        try await FaultBench.with("cli-watch") { bench in
            let server = bench.server
            let done = try await watchDeployment(bench, cloudInitErrors: [])
            #expect(done.ending.status == 0)
            #expect(done.ending.said.contains("\n\(done.id) is done\n"))
            #expect(done.ending.said.contains("\n  verify: "))
            let lines = done.ending.said.split(separator: "\n")
            for text in ["  ordered by administrator: fault", "  committed: ", "  called home from its own disk"] {
                #expect(lines.count(where: { $0.contains(text) }) == 1, "\(text)")
            }
            #expect(try await server.row(done.id, of: "deployment").contains("  done  "))
            #expect(try await server.row("native1", of: "host").contains("deployed"))
            #expect(try await server.verifiedReceipt(done.id).contains("\"\(done.id)\""))

            let flawed = try await watchDeployment(bench, cloudInitErrors: ["no such package"])
            #expect(flawed.ending.status == 2)
            #expect(flawed.ending.said.contains("\n\(flawed.id) is doneWithErrors\n"))
            #expect(flawed.ending.said.contains("\n  cloud-init: no such package\n"))
        }
    }

    /// Deploys the image with the real agent, restarts the server, and calls home in the name of the installed system.
    private func watchDeployment(
        _ bench: FaultBench, cloudInitErrors: [String]
    ) async throws -> (id: String, ending: NativeHost.Ending) {
        let server = bench.server
        let id = try await bench.host.order()
        let watch = try await server.startIngot("deployment", "watch", id)
        try await watch.waitForLog("ordered by administrator: ", timeout: .seconds(20))
        try await bench.expectCommit(id, bench.host.deploy(), attempt: 1)
        try await watch.waitForLog("committed: ", timeout: .seconds(20))
        try await server.kill()
        let nonce = try await server.stored(id).nonce
        try await server.start()
        let path = try #require(try await server.deployment(id).disk).path
        let call = CallHome(
            deploymentID: id, nonce: nonce, bootID: "the installed system", machineID: "m", rootDiskSerial: "",
            rootDiskPath: path, cloudInitStatus: cloudInitErrors.isEmpty ? "done" : "error",
            cloudInitErrors: cloudInitErrors)
        #expect(try await server.post(AgentRoute.callHome, JSONEncoder().encode(call)).status == 204)
        let ending = try await watch.ending(timeout: .seconds(30))
        return (id, ending)
    }

    /// The source never answers: the download hangs until it is cancelled.
    @Test func cancelsAnImportOnTheServerAtControlC() async throws {
        try await Laboratory.run("cli-import") { server in
            let relay = try Relay(to: server, holdingAfter: 0)
            let command = try await server.startIngot(
                "image", "import", relay.url + "/disk.raw", "--name", "held", "--sha256",
                String(repeating: "0", count: 64))
            try await relay.waitUntilHeld()
            // By then the command has the import's id and listens for signals.
            try await Task.sleep(for: .seconds(1))
            #expect(try await server.tasks().map(\.state) == [.running])
            Glibc.kill(-command.pid, SIGINT)
            let ending = try await command.ending(timeout: .seconds(30))
            relay.close()
            let tasks = try await server.tasks()
            #expect(tasks.map(\.state) == [.cancelled])
            let id = try #require(tasks.first).id
            #expect(ending.status == 1 && ending.said.contains("import \(id) was cancelled"), "\(ending.said)")
            #expect(try await server.row("held", of: "image").isEmpty)
        }
    }

    @Test func rotatesTheKeyThatSigns() async throws {
        try await FaultBench.with("cli-keys") { bench in
            let server = bench.server
            let rotation = ["keys", "rotate", "--data", server.data]
            let before = try await keys(of: server)
            let old = try #require(before.keys.first)
            #expect(before == [old: "signs"])
            try await server.expectFailure(rotation, "a server is running on this data directory")
            let nowhere = server.directory + "/nowhere"
            try await server.expectFailure(["keys", "rotate", "--data", nowhere], "\(nowhere) holds no database")
            #expect(!FileManager.default.fileExists(atPath: nowhere))
            #expect(try await keys(of: server) == before)
            try await server.kill()
            let said = try await server.attempt(rotation)
            #expect(said.status == 0, "\(said.standardError)")
            try await server.start()
            let after = try await keys(of: server)
            let new = try #require(after.keys.first { $0 != old })
            #expect(after == [old: "trusted", new: "signs"])
            #expect(said.standardOutput.hasPrefix("\(new) signs from now on; \(old) stays trusted"))

            // This host's stage is from before: it has not heard of the new key.
            let refused = try await bench.host.order()
            let ending = try await bench.host.deploy()
            #expect(ending.said.contains("signed with key \(new)"))
            try await bench.expectRefusal(refused, ending, .orderRefused)
            // A stage of now knows both: the old one has signed the manifest.
            try await server.extractTrustedKeys()
            let id = try await bench.host.order()
            try await bench.expectCommit(id, bench.host.deploy(), attempt: 1)
        }
    }

    /// What `ingot keys list` says: the state of each key.
    private func keys(of server: IngotServer) async throws -> [String: String] {
        var states: [String: String] = [:]
        for line in try await server.ingot("keys", "list", "--data", server.data).split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ").map { String($0) }
            if words.count == 2 { states[words[0]] = words[1] }
        }
        return states
    }
}
