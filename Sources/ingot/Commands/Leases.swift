import ArgumentParser
import NetworkTypes
import UserAPI

/// `ingot leases …`
struct Leases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the addresses that DHCP gave, and takes them back.",
        subcommands: [List.self, Release.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the addresses that DHCP gave or holds.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [LeaseSummary] = try await connection.withClient { try await $0.list(APIRoute.leases) }
            Terminal.table(
                ["ADDRESS", "MAC", "SUBNET", "STATE", "NAME", "EXPIRES"],
                items.map {
                    [
                        $0.address.description, $0.mac?.description ?? "", $0.subnet.description, $0.state,
                        $0.hostName ?? "", $0.expires?.description ?? "",
                    ]
                })
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes an address back, so that DHCP may give it to another host.",
            discussion: """
                The host that has it is not told: it keeps the address until it next asks, and is refused then. An \
                address that is set aside because another machine answered there can be given again.
                """)
        @Argument(help: "The address.", transform: IPv4Address.argument) var address: IPv4Address
        @Flag(help: "Also where the host that has it is being deployed.") var force = false
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let path = APIRoute.lease(address) + (force ? "?force=true" : "")
            try await connection.withClient { try await $0.delete(path) }
            print("\(address) is free")
        }
    }
}
