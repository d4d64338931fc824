import AgentProtocol
import FoundationEssentials
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// The command line as an operator uses it, against a real server: what it says and how it ends.
    @Suite struct CommandLineTests {
        @Test func keepsTheTokenPrivateAndSaysWhyACommandFails() async throws {
            try await Laboratory.run("cli-fails") { server in
                #expect(try await Tool.run("stat", ["--format=%a %u", server.data + "/admin-token"]) == "600 0\n")
                #expect(try await Tool.run("stat", ["--format=%a %u", server.data]) == "700 0\n")
                #expect(try await server.ingot("status").contains("0 hosts, 0 images"))
                let bare = try await server.rack.run([
                    "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:8090" + APIRoute.hosts,
                ])
                #expect(bare.standardOutput == "401")

                let wrong = try server.file("wrong-token", "0123456789abcdef\n")
                try await server.expectFailure(
                    ["host", "list", "--token-file", wrong], "Unauthorized: the bearer token is not valid")
                let missing = server.directory + "/missing"
                try await server.expectFailure(
                    ["host", "list", "--token-file", missing], "cannot read the API token in \(missing)")
                try await server.expectFailure(
                    ["host", "list", "--server", "http://127.0.0.1:9"], "cannot reach the server at http://127.0.0.1:9")
                for (arguments, sentence) in Self.mistakes { try await server.expectFailure(arguments, sentence) }
                try await server.expectFailure(
                    ["image", "remove", "nothing@new"], "'new' is neither a revision number nor a channel",
                    status: Self.usage)
                try await server.expectFailure(
                    ["image", "import", "/etc/hostname", "--name", "it"], "does not tell what it is",
                    status: Self.usage)
            }
        }

        /// The exit status where the command line itself is wrong: EX_USAGE of sysexits.h.
        private static let usage: Int32 = 64

        private static let mistakes: [([String], String)] = [
            (["host", "show", "nobody"], "there is no host 'nobody'"),
            (["host", "accept", "nobody"], "there is no host 'nobody'"),
            (["host", "protect", "nobody"], "there is no host 'nobody'"),
            (["host", "unpark", "nobody"], "there is no host 'nobody'"),
            (["host", "remove", "nobody"], "there is no host 'nobody'"),
            (["image", "show", "nothing"], "there is no image 'nothing'"),
            (["image", "remove", "nothing"], "there is no image 'nothing'"),
            (["image", "import", "/nowhere.raw", "--name", "it"], "cannot read /nowhere.raw"),
            (["image", "import", "/etc/hostname", "--name", "a b", "--format", "raw"], "'a b' is no image name"),
            (["image", "import", "/etc/hostname", "--name", "it", "--format", "iso"], "'iso' is no format"),
            (["deploy", "nobody", "--image", "nothing"], "there is no host 'nobody'"),
            (["deployment", "show", "d-0"], "there is no deployment 'd-0'"),
            (["deployment", "watch", "d-0"], "there is no deployment 'd-0'"),
            (["deployment", "logs", "d-0"], "there is no deployment 'd-0'"),
            (["deployment", "cancel", "d-0"], "there is no deployment 'd-0'"),
            (["deployment", "receipt", "d-0"], "there is no deployment 'd-0'"),
        ]

        @Test func decidesAboutHosts() async throws {
            try await FaultBench.with("cli-hosts") { bench in
                let server = bench.server
                let mac = try #require(MACAddress("52:54:00:fa:17:99"))
                let host = NativeHost(server: server, mac: mac, name: "db9", disk: bench.host.disk)
                let found = "host-525400fa1799"
                try await host.greetAndWait(for: "host \(found) waits to be accepted")
                #expect(try await server.row(found, of: "host").contains("discovered"))
                let shown = try await server.ingot("host", "show", mac.description)
                #expect(shown.hasPrefix("\(found) (h-") && shown.contains("\n  state      discovered\n"))
                #expect(shown.contains("\n  NIC        \(mac) ") && shown.contains("\n  disk       virtual/block/loop"))
                try await server.expectFailure(["deploy", found, "--image", "fault"], "\(found) was never accepted")

                #expect(try await server.ingot("host", "accept", found, "--name", "db9") == "db9 is accepted\n")
                #expect(try await server.row("db9", of: "host").contains("accepted"))
                try await server.expectFailure(
                    ["host", "accept", "native1", "--name", "db9"], "another host is named db9 already")
                try await server.expectFailure(["host", "accept", "db9", "--name", "db_9"], "'db_9' is no host name")

                try await expectProtection(host)
                let id = try await server.get(APIRoute.host("db9"), as: HostDetail.self).host.id
                #expect(try await server.ingot("host", "remove", "db9") == "db9 is forgotten\n")
                for name in ["db9", id, mac.description] {
                    try await server.expectFailure(["host", "show", name], "there is no host '\(name)'")
                }
                #expect(try await server.row("db9", of: "host").isEmpty)
                try await host.greetAndWait(for: "host \(found) waits to be accepted")
                let again = try await server.get(APIRoute.host(found), as: HostDetail.self).host
                #expect(again.id != id && again.state == .discovered)
            }
        }

        /// Protects the host `db9`, expects that nothing can be done with it, and lifts the protection.
        private func expectProtection(_ host: NativeHost) async throws {
            let server = host.server
            #expect(try await host.bootScript().contains(StageParameter.token))
            #expect(try await server.ingot("host", "protect", "db9") == "db9 is protected\n")
            #expect(try await server.row("db9", of: "host").contains("accepted, protected"))
            #expect(try await !host.bootScript().contains(StageParameter.token))
            try await server.expectFailure(["deploy", "db9", "--image", "fault"], "host db9 is protected")
            try await server.expectFailure(["host", "remove", "db9"], "host db9 is protected")
            #expect(try await server.ingot("host", "protect", "--off", "db9") == "db9 is not protected\n")
            #expect(try await host.bootScript().contains(StageParameter.token))
        }

        @Test func keepsWhatAnOpenDeploymentNeeds() async throws {
            try await FaultBench.with("cli-images") { bench in
                let server = bench.server
                #expect(try await server.row("fault", of: "image").contains("Debian 12"))
                let shown = try await server.ingot("image", "show", "fault")
                #expect(shown.hasPrefix("fault (im-") && shown.contains(", private, of administrator\n  revision 1, "))
                #expect(shown.contains("\n    system   Debian 12\n"))

                let id = try await bench.host.order()
                let row = try await server.row(id, of: "deployment")
                #expect(row.contains("native1") && row.contains("fault@1") && row.contains("waiting"))
                for name in ["fault", "fault@1"] {
                    try await server.expectFailure(["image", "remove", name], "deployment \(id) of fault revision 1")
                }
                for command in [["host", "remove"], ["host", "protect"]] {
                    try await server.expectFailure(command + ["native1"], "deployment \(id) is waiting: cancel it")
                }
                try await server.expectFailure(
                    ["deploy", "native1", "--image", "fault"], "deployment \(id), which is waiting: cancel it")
                try await server.expectFailure(["deployment", "receipt", id], "has no receipt")
                try await expectCancellation(server, id)

                try await server.expectFailure(["image", "remove", "fault@2"], "image fault has no revision 2")
                let files = ["\(server.data)/images", "-type", "f"]
                #expect(try await Tool.run("find", files).contains("/chunks/"))
                #expect(try await server.ingot("image", "remove", "fault") == "fault is removed\n")
                try await server.expectFailure(["image", "show", "fault"], "there is no image 'fault'")
                #expect(try await server.row("fault", of: "image").isEmpty)
                #expect(try await Tool.run("find", files).isEmpty)
            }
        }

        /// Cancels a waiting deployment of `native1` and expects that every command tells so.
        private func expectCancellation(_ server: IngotServer, _ id: String) async throws {
            #expect(try await server.ingot("deployment", "cancel", id) == "\(id) is cancelled\n")
            try await server.expectFailure(["deployment", "cancel", id], "the deployment is cancelled")
            #expect(try await server.row(id, of: "deployment").contains("cancelled"))
            let log = try await server.ingot("deployment", "logs", id)
            #expect(log.contains("  [0] ordered by administrator: fault revision 1 for native1\n"))
            #expect(log.hasSuffix("  [0] cancelled: by administrator\n"))
            let watched = try await server.attempt(["deployment", "watch", id])
            #expect(watched.status == 1 && watched.standardOutput.contains("\n\(id) is cancelled\n"))
        }
    }
}

extension IngotServer {
    /// Expects that a command fails with nothing on standard output and this sentence on standard error.
    func expectFailure(_ arguments: [String], _ sentence: String, status: Int32 = 1) async throws {
        let answer = try await attempt(arguments)
        #expect(answer.status == status, "\(arguments)")
        #expect(answer.standardOutput.isEmpty, "\(arguments): \(answer.standardOutput)")
        #expect(answer.standardError.contains(sentence), "\(arguments): \(answer.standardError)")
    }

    /// The row for `name` in what `ingot NOUN list` prints; empty where there is none.
    func row(_ name: String, of noun: String) async throws -> String {
        let rows = try await ingot(noun, "list").split(separator: "\n")
        return rows.first { $0.hasPrefix(name + " ") }.map { String($0) } ?? ""
    }

    /// Starts a command. Its lines go into a log as they come, the exit status last.
    func startIngot(_ arguments: String...) async throws -> RackProcess { try await startIngot(arguments) }

    /// As `startIngot(_:)` with its words one by one.
    func startIngot(_ arguments: [String]) async throws -> RackProcess {
        // The shell goes on after a SIGINT to all of them; the command does not inherit that.
        let shell = ["sh", "-c", #"trap : INT; "$@"; echo "exit status $?""#, "sh", "stdbuf", "--output=L"]
        let command = try [Artifacts.program("ingot")] + arguments
        return try await rack.start(
            "cli", environment + shell + command,
            log: "\(directory)/cli-\(UInt64.random(in: 0 ... .max)).log")
    }
}
