import AgentProtocol
import FoundationEssentials
import NetworkTypes
import Provisioning
import Testing
import UserAPI
import VirtualRack

extension EndToEnd.FaultTests {
    @Test func refusesAUsedToken() async throws {
        try await FaultBench.with("flt-used") { bench in
            let token = try await bench.host.bootToken()
            let first = try await bench.host.start(token: token)
            try await first.waitForLog("waiting: ", timeout: .seconds(20))
            try await first.killGroup()
            let id = try await bench.host.order()
            try await expectRefusedGreeting(bench, id, bench.host.deploy(token: token), "used")
        }
    }

    @Test func refusesAnotherHostsToken() async throws {
        try await FaultBench.with("flt-alien") { bench in
            let id = try await bench.host.order()
            let other = try #require(MACAddress("52:54:00:fa:17:99"))
            let token = try await bench.host.bootToken()
            try await expectRefusedGreeting(bench, id, bench.host.deploy(token: token, as: other), "another host")
            // Nor does a token of its own lead a strange host to this order.
            let stranger = NativeHost(server: bench.server, mac: other, name: "stranger", disk: bench.host.disk)
            try await expectWaiting(bench, stranger, token: stranger.bootToken(), "waits to be accepted")
            #expect(try await bench.server.deployment(id).deployment.attempt == 0)
        }
    }

    @Test func givesNothingToAGreetingForACancelledOrder() async throws {
        try await FaultBench.with("flt-cancel") { bench in
            let id = try await bench.host.order()
            let token = try await bench.host.bootToken()
            try await bench.server.ingot("deployment", "cancel", id)
            try await expectWaiting(bench, bench.host, token: token, "is cancelled")
            #expect(try await bench.server.deployment(id).deployment.state == .cancelled)
        }
    }

    @Test func givesNothingToAGreetingForAnExpiredOrder() async throws {
        try await FaultBench.with("flt-expire") { bench in
            let id = try await bench.host.order()
            let token = try await bench.host.bootToken()
            try await bench.server.kill()
            try await bench.server.expire(id)
            try await bench.server.start()
            try await expectWaiting(bench, bench.host, token: token, "is expired")
            #expect(try await bench.server.deployment(id).deployment.state == .expired)
        }
    }

    /// The token was given while the first stage still wrote.
    @Test func givesNothingToAGreetingForACommittedOrder() async throws {
        try await FaultBench.with("flt-commit") { bench in
            let id = try await bench.host.order()
            let relay = try Relay(to: bench.server, holdingAfter: 10 << 20)
            let agent = try await bench.host.start(token: bench.host.bootToken(), through: relay)
            try await relay.waitUntilHeld()
            let late = try await bench.host.bootToken()
            relay.release()
            try await bench.expectCommit(id, agent.ending(), attempt: 1)
            relay.close()

            let before = try bench.host.disk.bytes()
            try await expectWaitingAgent(bench.host, token: late, "is committed")
            #expect(try bench.host.disk.bytes() == before)
            #expect(try await bench.server.deployment(id).deployment.state == .committed)
            #expect(try await !bench.host.bootScript().contains(StageParameter.token))
        }
    }

    /// The stage has the order and its nonce; only the installed system may call home with it.
    @Test func takesNoCallHomeFromTheStageItself() async throws {
        try await FaultBench.with("flt-home") { bench in
            let id = try await bench.host.order()
            try await bench.expectCommit(id, bench.host.deploy(), attempt: 1)
            try await bench.server.kill()
            let stored = try await bench.server.stored(id)
            try await bench.server.start()

            let path = try #require(try await bench.server.deployment(id).disk).path
            let bootID = try #require(stored.stageBootID)
            var call = CallHome(
                deploymentID: id, nonce: stored.nonce, bootID: bootID, machineID: "m", rootDiskSerial: "",
                rootDiskPath: path, cloudInitStatus: "done", cloudInitErrors: [])
            #expect(try await callHome(bench, call) == 409)
            #expect(try await bench.server.deployment(id).deployment.state == .committed)
            call.bootID = "another boot"
            call.nonce = String(stored.nonce.reversed())
            #expect(try await callHome(bench, call) == 403)
            call.nonce = stored.nonce
            call.rootDiskPath = "/devices/virtual/block/other"
            #expect(try await callHome(bench, call) == 409)
            #expect(try await bench.server.deployment(id).deployment.state == .committed)
            call.rootDiskPath = path
            #expect(try await callHome(bench, call) == 204)
            #expect(try await bench.server.deployment(id).deployment.state == .done)
        }
    }

    private func callHome(_ bench: FaultBench, _ call: CallHome) async throws -> Int {
        try await bench.server.post(AgentRoute.callHome, JSONEncoder().encode(call)).status
    }

    /// Expects that the greeting itself was refused and opened no attempt.
    private func expectRefusedGreeting(
        _ bench: FaultBench, _ id: String, _ ending: NativeHost.Ending, _ reason: String
    ) async throws {
        #expect(ending.status == 1 && ending.said.contains(reason), "\(ending.said)")
        let detail = try await bench.server.deployment(id)
        #expect(detail.deployment.state == .waiting && detail.deployment.attempt == 0)
        #expect(try bench.host.disk.isUntouched())
    }

    /// Expects that the agent is told to wait, and that the disk is as it was made.
    private func expectWaiting(_ bench: FaultBench, _ host: NativeHost, token: String, _ reason: String) async throws {
        try await expectWaitingAgent(host, token: token, reason)
        #expect(try bench.host.disk.isUntouched())
    }

    private func expectWaitingAgent(_ host: NativeHost, token: String, _ reason: String) async throws {
        let agent = try await host.start(token: token, name: "late")
        try await agent.waitForLog("waiting: ", timeout: .seconds(20))
        try await agent.waitForLog(reason, timeout: .seconds(1))
        try await agent.killGroup()
    }
}
