import AccessPolicy
import Hummingbird
import Provisioning
import Store
package import UserAPI

/// What the services beside HTTP know of themselves.
package protocol ServerFacts: Sendable {
    /// The boot networks that are served.
    var interfaces: [InterfaceStatus] { get }
    /// Other DHCP servers on them that nobody expects there.
    var otherDHCPServers: [OtherDHCPServer] { get }
    /// The addresses that DHCP gave or holds.
    func leases() async throws -> [LeaseSummary]
    /// Free bytes where chunks are stored; nil where that cannot be told.
    func chunkStoreFreeBytes() -> UInt64?
    /// What an operator should mend.
    func warnings() async -> [String]
}

/// `/api/v1/status`.
struct StatusRoutes: Sendable {
    let provisioner: Provisioner
    let facts: any ServerFacts
    let started: Timestamp

    func add(to routes: OperationRoutes) {
        routes.on(.showStatus) { _, _, account in try await jsonResponse(status(for: account)) }
    }

    /// What it holds of other accounts' images cannot be told from it.
    private func status(for account: Account) async throws -> ServerStatus {
        let now = provisioner.clock()
        let leases = try await facts.leases()
        let warnings = await facts.warnings()
        return try await provisioner.store.read { tx in
            ServerStatus(
                version: provisioner.serverVersion, started: started, now: Timestamp(now), interfaces: facts.interfaces,
                otherDHCPServers: facts.otherDHCPServers, hostCount: try tx.hosts().count,
                imageCount: try tx.images().count { try tx.seen($0, by: account, now: now) != nil },
                leaseCount: leases.count,
                activeDeploymentCount: try tx.deployments(in: DeploymentState.allCases.filter(\.isActive)).count,
                chunkStoreFreeBytes: facts.chunkStoreFreeBytes().map { ($0 >> 30) << 30 }, warnings: warnings)
        }
    }
}
