import ArgumentParser
import UserAPI

/// `ingot status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what the server is and does.")
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let status: ServerStatus = try await connection.withClient { try await $0.get(APIRoute.status) }
        print("ingot \(status.version), since \(status.started)")
        for interface in status.interfaces {
            print("  boot network \(interface.name): \(interface.address) in \(interface.subnet)")
        }
        print(
            "  \(status.hostCount) hosts, \(status.imageCount) images, \(status.leaseCount) leases, "
                + "\(status.activeDeploymentCount) active deployments")
        for other in status.otherDHCPServers { print("  WARNING: \(other)") }
        for warning in status.warnings { print("  WARNING: \(warning)") }
    }
}
