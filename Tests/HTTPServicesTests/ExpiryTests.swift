import AgentProtocol
import HTTPServices
import HTTPTypes
import Provisioning
import Store
import Testing
import UserAPI

/// Orders whose time is over, as the server's housekeeping and a late greeting find them. Orders last for a day.
struct ExpiryTests {
    private static let day: Int64 = 24 * 3600

    let server: Installation

    init() throws { server = try Installation() }

    @Test func anOrderThatFailedOnceEndsWithItsTime() async throws {
        let deployment = try await server.orderedHost()
        let session = try await session(server.greet())
        try await server.provisioner.record(
            .failed(phase: .write, code: .diskError, message: "sector 7"), session: session)
        #expect(try await stateAfterHousekeeping(deployment) == .waiting)
        server.now.advance(by: Self.day)
        #expect(try await stateAfterHousekeeping(deployment) == .expired)
        let lines = try await log(deployment)
        #expect(lines.last == "expired after attempt 1: sector 7")
        #expect(try server.order(in: await server.greet().assignment) == nil)
    }

    @Test func aDeploymentWhoseStageIsGoneEndsWithItsTime() async throws {
        let deployment = try await server.orderedHost()
        _ = try await server.greet()
        server.now.advance(by: Self.day - 1)
        #expect(try await stateAfterHousekeeping(deployment) == .running)
        server.now.advance(by: 1)
        #expect(try await stateAfterHousekeeping(deployment) == .expired)
        let lines = try await log(deployment)
        #expect(lines.last?.contains("said nothing for 15 minutes") == true)
    }

    @Test func aDeploymentWhoseStageTalksIsLeftAlone() async throws {
        let deployment = try await server.orderedHost()
        let session = try await session(server.greet())
        server.now.advance(by: Self.day - 10)
        for _ in 1...5 {
            try await server.provisioner.record(
                EventBatch(events: [.progress(.write, done: 1, total: 2)]), session: session)
            server.now.advance(by: Deployment.silenceLimit - 1)
            #expect(try await stateAfterHousekeeping(deployment) == .running)
        }
        try await server.provisioner.record(.committed(Installation.proof), session: session)
        #expect(try await server.deployment(deployment.id)?.state == .committed)
    }

    @Test func aServerThatWasAwayListensBeforeItEndsADeployment() async throws {
        let deployment = try await server.orderedHost()
        let session = try await session(server.greet())
        server.now.advance(by: 2 * Self.day)
        let restarted = server.restarted()
        try await restarted.endOverdueDeployments()
        #expect(try await server.deployment(deployment.id)?.state == .running)
        try await restarted.record(EventBatch(events: [.log("still here")]), session: session)
        server.now.advance(by: Deployment.silenceLimit - 1)
        try await restarted.endOverdueDeployments()
        #expect(try await server.deployment(deployment.id)?.state == .running)
        server.now.advance(by: 1)
        try await restarted.endOverdueDeployments()
        #expect(try await server.deployment(deployment.id)?.state == .expired)
    }

    /// Nobody kept house meanwhile.
    @Test func aHostThatBootsAYearLaterIsNotWritten() async throws {
        let deployment = try await server.orderedHost()
        _ = try await server.greet()
        server.now.advance(by: 365 * Self.day)
        #expect(try server.order(in: await server.greet().assignment) == nil)
        let ended = try await server.deployment(deployment.id)
        #expect(ended?.state == .expired && ended?.attempt == 1)
    }

    @Test func aCommitThatComesLateIsTaken() async throws {
        let deployment = try await server.orderedHost()
        let session = try await session(server.greet())
        server.now.advance(by: Self.day)
        #expect(try await stateAfterHousekeeping(deployment) == .expired)
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.record(EventBatch(events: [.log("late")]), session: session)
        }
        try await server.provisioner.record(.committed(Installation.proof), session: session)
        #expect(try await server.deployment(deployment.id)?.state == .committed)
        #expect(try await server.provisioner.bootPlan(mac: Installation.mac) == .localDisk)
    }

    @Test func anExpiredDeploymentDoesNotKeepItsImage() async throws {
        let images = try ImageInstallation(provisioner: server.provisioner)
        _ = try await server.orderedHost()
        _ = try await server.greet()
        try await images.serve { api async throws in
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .conflict)
            server.now.advance(by: Self.day)
            try await server.provisioner.endOverdueDeployments()
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .ok)
        }
    }

    private func session(_ welcome: Welcome) async throws -> SessionRecord {
        try await server.provisioner.session(token: welcome.sessionToken)
    }

    private func stateAfterHousekeeping(_ deployment: Deployment) async throws -> DeploymentState? {
        try await server.provisioner.endOverdueDeployments()
        return try await server.deployment(deployment.id)?.state
    }

    private func log(_ deployment: Deployment) async throws -> [String] {
        let id = deployment.id
        return try await server.store.read { try $0.log(deploymentID: id, after: 0, limit: 100).map(\.line) }
    }
}
