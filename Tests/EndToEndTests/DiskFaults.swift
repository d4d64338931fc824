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
            let other = try await LoopDisk.make(bench.server.directory + "/other-disk", size: 96 << 20)
            do {
                var host = bench.host
                host.disk = other
                try await expectNoDisk(bench, id, host)
                #expect(try other.isUntouched())
            } catch {
                await other.detach()
                throw error
            }
            await other.detach()
        }
    }

    /// A native agent shows one disk only, so this greeting is the test's own.
    @Test func takesNoOrderWhereNoDiskOrTwoDisksFitTheRule() async throws {
        try await FaultBench.with("flt-two") { bench in
            _ = try await greetWithTwoDisks(bench)
            for (rule, reason) in [("transport=sata", "2 disks fit"), ("serial=NONE", "no disk fits")] {
                let answer = try await bench.server.attempt(
                    ["deploy", bench.host.name, "--image", "fault", "--disk", rule])
                #expect(answer.status != 0 && answer.standardError.contains(reason), "\(answer.standardError)")
            }
            let answer = try await bench.server.attempt(["deploy", bench.host.name, "--image", "fault"])
            #expect(answer.status != 0 && answer.standardError.contains("2 disks fit"), "\(answer.standardError)")
            #expect(try await deployments(bench).isEmpty)
        }
    }

    /// Both disks tell the serial number that the order is bound to.
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
        let agent = try await host.start(token: host.bootToken())
        try await agent.waitForLog("waiting: nothing is written", timeout: .seconds(20))
        try await agent.killGroup()
        let detail = try await bench.server.deployment(id)
        #expect(detail.deployment.state == .failed && detail.deployment.attempt == 0)
        #expect(detail.failure?.code == .diskSelection)
        #expect(try bench.host.disk.isUntouched())
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
        try await bench.server.get(APIRoute.deployments, as: Page<DeploymentSummary>.self).items
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
