import AgentProtocol
import GRDB
import Provisioning
import Store
import Testing

struct DeploymentTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func insert(_ deployments: Deployment...) async throws {
        try await store.write { tx in
            for deployment in deployments { try tx.insert(deployment, settings: #"{"of": "\#(deployment.id)"}"#) }
        }
    }

    @Test func keepsADeploymentAndItsSettings() async throws {
        let deployment = Fixture.deployment("d-1")
        try await insert(deployment, Fixture.deployment("d-2"))
        let found = try await store.read { try $0.deployment(id: "d-1") }
        let settings = try await store.read { try $0.settings(deploymentID: "d-1") }
        #expect(found == deployment)
        #expect(settings == #"{"of": "d-1"}"#)
        let missing = try await store.read { try $0.deployment(id: "d-3") }
        let noSettings = try await store.read { try $0.settings(deploymentID: "d-3") }
        #expect(missing == nil)
        #expect(noSettings == nil)
    }

    @Test func keepsWhatBecameOfADeployment() async throws {
        var deployment = Fixture.deployment("d-1")
        try await insert(deployment, Fixture.deployment("d-2"))
        _ = try deployment.open(inventory: Fixture.inventory, bootID: "boot-1", now: 10)
        try deployment.apply(.phaseStarted(.write), attempt: 1, now: 11)
        let running = deployment
        try await store.write { try $0.update(running) }
        let found = try await store.read { try $0.deployment(id: "d-1") }
        #expect(found == running)
        #expect(found?.state == .running)
        #expect(found?.disk == Fixture.disk)
        let settings = try await store.read { try $0.settings(deploymentID: "d-1") }
        #expect(settings == #"{"of": "d-1"}"#)
        let other = try await store.read { try $0.deployment(id: "d-2") }
        #expect(other == Fixture.deployment("d-2"))
    }

    @Test func listsDeploymentsNewestFirst() async throws {
        // Their ids say nothing about their order.
        try await insert(
            Fixture.deployment("d-z"), Fixture.deployment("d-a", host: "h-2"), Fixture.deployment("d-m"))
        let all = try await store.read { try $0.deployments(limit: 10).map(\.id) }
        let two = try await store.read { try $0.deployments(limit: 2).map(\.id) }
        let ofHost = try await store.read { try $0.deployments(hostID: "h-1", limit: 10).map(\.id) }
        let newest = try await store.read { try $0.newestDeployment(hostID: "h-1")?.id }
        let ofNobody = try await store.read { try $0.newestDeployment(hostID: "h-3") }
        #expect(all == ["d-m", "d-a", "d-z"])
        #expect(two == ["d-m", "d-a"])
        #expect(ofHost == ["d-m", "d-z"])
        #expect(newest == "d-m")
        #expect(ofNobody == nil)
    }

    @Test func findsDeploymentsByTheirState() async throws {
        var cancelled = Fixture.deployment("d-2")
        try await insert(Fixture.deployment("d-1"), cancelled, Fixture.deployment("d-3"))
        try cancelled.cancel(now: 5)
        let changed = cancelled
        try await store.write { try $0.update(changed) }
        let waiting = try await store.read { try $0.deployments(in: [.waiting]).map(\.id) }
        let ended = try await store.read { try $0.deployments(in: [.cancelled, .done]).map(\.id) }
        let both = try await store.read { try $0.deployments(in: [.cancelled, .waiting]).map(\.id) }
        let none = try await store.read { try $0.deployments(in: []) }
        #expect(waiting == ["d-1", "d-3"])
        #expect(ended == ["d-2"])
        #expect(both == ["d-1", "d-2", "d-3"])
        #expect(none.isEmpty)
    }

    @Test func refusesASecondDeploymentOfOneID() async throws {
        try await insert(Fixture.deployment("d-1"))
        let error = await #expect(throws: DatabaseError.self) { try await insert(Fixture.deployment("d-1", host: "x")) }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        let found = try await store.read { try $0.deployment(id: "d-1") }
        #expect(found == Fixture.deployment("d-1"))
    }

    @Test func pagesThroughTheLogOfOneDeployment() async throws {
        try await insert(Fixture.deployment("d-1"), Fixture.deployment("d-2"))
        try await store.write { tx in
            try tx.appendLog(deploymentID: "d-1", attempt: 0, lines: ["ordered"], at: 5)
            try tx.appendLog(deploymentID: "d-2", attempt: 0, lines: ["of another"], at: 6)
            try tx.appendLog(deploymentID: "d-1", attempt: 1, lines: ["one", "two", "three", "four"], at: 7)
            try tx.appendLog(deploymentID: "d-1", attempt: 1, lines: [], at: 8)
        }
        var seen: [DeploymentLogLine] = []
        for size in [2, 2, 1, 0] {
            let after = seen.last?.id ?? 0
            let page = try await store.read { try $0.log(deploymentID: "d-1", after: after, limit: 2) }
            #expect(page.count == size)
            seen += page
        }
        #expect(seen.map(\.line) == ["ordered", "one", "two", "three", "four"])
        #expect(seen.map(\.attempt) == [0, 1, 1, 1, 1])
        #expect(seen.map(\.at) == [5, 7, 7, 7, 7])
    }

    @Test func ofALongLogTheNewestLinesAreKept() async throws {
        try await insert(Fixture.deployment("d-1"), Fixture.deployment("d-2"))
        let bound = StoreTransaction.keptLogLines
        try await store.write { tx in
            try tx.appendLog(deploymentID: "d-2", attempt: 1, lines: ["of another"], at: 1)
            for part in 0..<4 {
                let lines = (0..<(bound / 2)).map { "\(part * (bound / 2) + $0)" }
                try tx.appendLog(deploymentID: "d-1", attempt: 1, lines: lines, at: 2)
            }
        }
        let (kept, other) = try await store.read { tx in
            (
                try tx.log(deploymentID: "d-1", after: 0, limit: bound * 2),
                try tx.log(deploymentID: "d-2", after: 0, limit: 10)
            )
        }
        #expect(kept.map(\.line) == (bound..<(2 * bound)).map { "\($0)" })
        #expect(other.map(\.line) == ["of another"])
    }

    @Test func refusesLinesOfADeploymentThatDoesNotExist() async throws {
        let error = await #expect(throws: DatabaseError.self) {
            try await store.write { try $0.appendLog(deploymentID: "d-9", attempt: 0, lines: ["x"], at: 0) }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func keepsTheReceiptOfADeployment() async throws {
        try await insert(Fixture.deployment("d-1"), Fixture.deployment("d-2"))
        let none = try await store.read { try $0.receipt(deploymentID: "d-1") }
        #expect(none == nil)
        try await store.write { try $0.saveReceipt(deploymentID: "d-1", pem: "-----BEGIN CMS-----\n") }
        let kept = try await store.read { try $0.receipt(deploymentID: "d-1") }
        let other = try await store.read { try $0.receipt(deploymentID: "d-2") }
        #expect(kept == "-----BEGIN CMS-----\n")
        #expect(other == nil)
    }
}
