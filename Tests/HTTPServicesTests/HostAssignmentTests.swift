import HTTPServices
import NetworkTypes
import Provisioning
import Testing
import UserAPI

/// Hosts that go from one account to another.
struct HostAssignmentTests {
    let server: Installation

    init() throws { server = try Installation() }

    /// The host `db1` of the account `alice`, with an order of an operator.
    private func orderedHostOfAlice() async throws -> Deployment {
        _ = try await server.addImage()
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.assign(host: "db1", to: "alice")
        return try await server.order(host: "db1")
    }

    @Test(arguments: ["bob", ""])
    func aHostWithAnOpenOrderStaysWithItsAccount(next: String) async throws {
        let alice = try await server.account("alice", .member)
        _ = try await server.account("bob", .member)
        let deployment = try await orderedHostOfAlice()
        let refusal = await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.assign(host: "db1", to: next)
        }
        #expect(refusal?.kind == .conflict)
        #expect(refusal?.description == "deployment \(deployment.id) is waiting: cancel it first")
        let same = try await server.provisioner.assign(host: "db1", to: "alice")
        #expect(same.accountID == alice.id)
        _ = try await server.cancel(deployment.id)
        let moved = try await server.provisioner.assign(host: "db1", to: next)
        #expect(moved.accountID != alice.id)
    }

    @Test func aHostShowsNothingOfAnotherAccountsDeployment() async throws {
        let alice = try await server.account("alice", .member)
        let deployment = try await orderedHostOfAlice()
        let images = try ImageInstallation(provisioner: server.provisioner)
        try await images.serve { api async throws in
            let whole: HostDetail = try await api.get(APIRoute.host("db1"))
            #expect(whole.host.deployment?.id == deployment.id)
            let seen: HostDetail = try await api.as(alice.token).get(APIRoute.host("db1"))
            #expect(seen.host.deployment == nil && seen.host.state == .deploying)
            let list: Page<HostSummary> = try await api.as(alice.token).get(APIRoute.hosts)
            #expect(list.items.map(\.name) == ["db1"] && list.items.allSatisfy { $0.deployment == nil })
        }
    }
}
