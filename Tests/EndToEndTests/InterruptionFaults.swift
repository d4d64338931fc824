import AgentProtocol
import Testing
import UserAPI
import VirtualRack

extension EndToEnd.FaultTests {
    /// What comes through before everything is held: a quarter of the image.
    private static let quarter = 10 << 20
    /// How long the server lets an attempt that is void fetch chunks at the most.
    private static let grace = Duration.milliseconds(3200)

    @Test func goesOnAfterTheServerWasKilledAndStartedAgain() async throws {
        try await FaultBench.with("flt-kill9") { bench in
            let id = try await bench.host.order()
            let relay = try Relay(to: bench.server, holdingAfter: Self.quarter)
            let agent = try await bench.host.start(token: bench.host.bootToken(), through: relay)
            try await relay.waitUntilHeld()
            #expect(try bench.host.disk.bootsNowhere())
            try await bench.server.kill()
            relay.release()
            try await bench.server.start()
            try await bench.expectCommit(id, agent.ending(), attempt: 1)
            relay.close()
        }
    }

    @Test func stopsWhereTheOrderIsCancelledWhileItWrites() async throws {
        try await FaultBench.with("flt-stop") { bench in
            let id = try await bench.host.order()
            let relay = try Relay(to: bench.server, holdingAfter: Self.quarter)
            let agent = try await bench.host.start(token: bench.host.bootToken(), through: relay)
            try await relay.waitUntilHeld()
            try await bench.server.ingot("deployment", "cancel", id)
            try await Task.sleep(for: Self.grace)
            relay.release()
            let ending = try await agent.ending()
            relay.close()
            #expect(ending.status == 1 && ending.said.contains("(cancelled)"), "\(ending.said)")
            #expect(try await bench.server.deployment(id).deployment.state == .cancelled)
            #expect(try bench.host.disk.bootsNowhere())
        }
    }

    /// The second stage has greeted, but its answer is held until the first one has found out.
    @Test func stopsAnOlderAttemptAfterANewerGreeting() async throws {
        try await FaultBench.with("flt-older") { bench in
            let id = try await bench.host.order()
            let relay = try Relay(to: bench.server, holdingAfter: Self.quarter)
            let older = try await bench.host.start(token: bench.host.bootToken(), through: relay)
            try await relay.waitUntilHeld()
            let newerRelay = try Relay(to: bench.server, holdingAfter: 0)
            let newer = try await bench.host.start(
                token: bench.host.bootToken(), through: newerRelay, name: "newer")
            try await newerRelay.waitUntilHeld()
            #expect(try await bench.server.deployment(id).deployment.attempt == 2)

            try await Task.sleep(for: Self.grace)
            relay.release()
            let ending = try await older.ending()
            relay.close()
            #expect(ending.status == 1 && ending.said.contains("(cancelled)"), "\(ending.said)")
            #expect(try bench.host.disk.bootsNowhere())
            let detail = try await bench.server.deployment(id)
            #expect(detail.deployment.state == .running && detail.failure == nil)

            newerRelay.release()
            try await bench.expectCommit(id, newer.ending(), attempt: 2)
            newerRelay.close()
        }
    }
}
