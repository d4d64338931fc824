import ArgumentParser
import NetworkTypes
import UserAPI

/// `ingot leases`
struct Leases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the addresses that DHCP gave.")
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let page: Page<LeaseSummary> = try await connection.withClient { try await $0.get(APIRoute.leases) }
        Terminal.table(
            ["ADDRESS", "MAC", "SUBNET", "STATE", "NAME", "EXPIRES"],
            page.items.map {
                [
                    $0.address.description, $0.mac?.description ?? "", $0.subnet.description, $0.state,
                    $0.hostName ?? "",
                    $0.expires?.description ?? "",
                ]
            })
    }
}
