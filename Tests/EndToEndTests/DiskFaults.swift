import AgentProtocol
import FoundationEssentials
import Glibc
import Testing
import UserAPI
import VirtualRack

extension EndToEnd.FaultTests {
    @Test func takesNoOrderForADiskThatIsTooSmall() async throws {
        try await FaultBench.with("flt-small", diskSize: 32 << 20) { bench in
            let host = bench.host
            let answer = try await bench.server.attempt(
                ["deploy", host.name, "--image", "fault", "--disk", host.disk.rule])
            #expect(answer.status != 0 && answer.standardError.contains("the image needs 67108864 bytes"))
            #expect(try await deployments(bench).isEmpty)
            #expect(try host.disk.isUntouched())
        }
    }

    /// The disk shrinks between order and greeting: it is not the ordered one any more.
    @Test func writesNothingToADiskThatIsSmallerThanTheOrderedOne() async throws {
        try await FaultBench.with("flt-shrink") { bench in
            let id = try await bench.host.order()
            truncate(bench.host.disk.file, 32 << 20)
            try await Tool.run("losetup", ["--set-capacity", bench.host.disk.device])
            try await expectNoDisk(bench, id, bench.host)
        }
    }

    @Test func writesNothingWhereTheOrderedDiskIsMissing() async throws {
        try await FaultBench.with("flt-nodisk") { bench in
            let id = try await bench.host.order()
            try await withOtherDisk(bench) { other in
                var host = bench.host
                host.visibleDisks = [other]
                try await expectNoDisk(bench, id, host)
            }
        }
    }

    @Test func writesNothingWhereTheHostHasLostItsOnlyDisk() async throws {
        try await FaultBench.with("flt-lost") { bench in
            let id = try await bench.host.order()
            var host = bench.host
            host.visibleDisks = []
            try await expectNoDisk(bench, id, host)
        }
    }

    @Test func takesNoOrderWhereNoDiskOrTwoDisksFitTheRule() async throws {
        try await FaultBench.with("flt-two") { bench in
            try await withOtherDisk(bench) { other in
                var host = bench.host
                host.visibleDisks.append(other)
                try await host.greetAndWait()
                try await expectNoOrder(bench, rule: "path=virtual/block", "2 disks fit")
                try await expectNoOrder(bench, rule: "path=virtual/block,serial=NONE", "no disk fits")
                host.visibleDisks = []
                try await host.greetAndWait()
                try await expectNoOrder(bench, rule: bench.host.disk.rule, "no disk at all")
                #expect(try bench.host.disk.isUntouched())
            }
        }
    }

    /// Both disks tell the serial number that the order is bound to, as no two loop devices do: these greetings are the
    /// test's own.
    @Test func writesNothingWhereTwoDisksAreTheOrderedOne() async throws {
        try await FaultBench.with("flt-twin") { bench in
            _ = try await greetWithTwoDisks(bench)
            let id = try await bench.host.order(disk: "path=slot0")
            guard case .wait(let reason, _) = try await greetWithTwoDisks(bench).assignment else {
                Issue.record("the stage was given an order")
                return
            }
            #expect(reason.contains("not unique"))
            let detail = try await bench.server.deployment(id)
            #expect(detail.deployment.state == .failed && detail.failure?.code == .diskSelection)
        }
    }

    /// Runs an agent whose greeting must end the deployment, and expects that it stays waiting without an order.
    private func expectNoDisk(_ bench: FaultBench, _ id: String, _ host: NativeHost) async throws {
        try await host.greetAndWait(for: "nothing is written")
        let detail = try await bench.server.deployment(id)
        #expect(detail.deployment.state == .failed && detail.deployment.attempt == 0)
        #expect(detail.failure?.code == .diskSelection)
        #expect(try bench.host.disk.isUntouched())
    }

    /// Expects that an order is refused before it exists.
    private func expectNoOrder(_ bench: FaultBench, rule: String, _ reason: String) async throws {
        let answer = try await bench.server.attempt(["deploy", bench.host.name, "--image", "fault", "--disk", rule])
        #expect(answer.status != 0 && answer.standardError.contains(reason), "\(answer.standardError)")
        #expect(try await deployments(bench).isEmpty)
    }

    /// Makes a second disk for `body`, and expects that nobody wrote it.
    private func withOtherDisk(_ bench: FaultBench, _ body: (LoopDisk) async throws -> Void) async throws {
        try await LoopDisk.with(bench.server.directory + "/other-disk") { other in
            try await body(other)
            #expect(try other.isUntouched())
        }
    }

    private func greetWithTwoDisks(_ bench: FaultBench) async throws -> Welcome {
        let detail: HostDetail = try await bench.server.get(APIRoute.host(bench.host.name))
        var inventory = try #require(detail.inventory)
        let disk = try #require(inventory.disks.first)
        inventory.disks = ["slot0", "slot1"].map { slot in
            var twin = disk
            twin.path = "/devices/\(slot)"
            twin.serial = "TWIN"
            twin.transport = .sata
            return twin
        }
        let greeting = Greeting(bootID: "test", bootMAC: bench.host.mac, inventory: inventory)
        let answer = try await bench.server.post(
            AgentRoute.greet, JSONEncoder().encode(greeting), bearer: bench.host.bootToken())
        return try JSONDecoder().decode(Welcome.self, from: Data(answer.body.utf8))
    }

    private func deployments(_ bench: FaultBench) async throws -> [DeploymentSummary] {
        try await bench.server.deployments()
    }
}

extension IngotServer {
    /// One POST to the boot listener.
    func post(_ path: String, _ body: Data, bearer: String? = nil) async throws -> (status: Int, body: String) {
        let file = directory + "/body"
        let header = directory + "/bearer"
        try body.write(to: URL(filePath: file))
        let authorization = bearer.map { "Authorization: Bearer \($0)" } ?? "X-Bearer: none"
        try Data(authorization.utf8).write(to: URL(filePath: header))
        let answer = try await rack.run([
            "curl", "-sS", "--header", "@" + header, "--header", "Content-Type: application/json", "--data-binary",
            "@" + file, "--write-out", "\n%{http_code}", bootURL + path,
        ])
        let lines = answer.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }
}
