import ArgumentParser
import NetworkTypes
import UserAPI

/// `ingot reservation …`
struct ReservationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservation", abstract: "Lists and changes the addresses that belong to one MAC address each.",
        discussion: """
            They are kept in the database, beside those of the configuration file, and are in force at once. Where \
            both say different things, the file wins.
            """,
        subcommands: [List.self, Add.self, Remove.self, ReservationImport.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every reservation.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [ReservationSummary] = try await connection.withClient {
                try await $0.list(APIRoute.reservations)
            }
            Terminal.table(
                ["ADDRESS", "MAC", "NAME", "FROM", "NOTE"],
                items.map {
                    [
                        $0.address.description, $0.mac.description, $0.hostName ?? "",
                        $0.isConfigured ? "configuration" : "database",
                        $0.conflict.map { "not in force: \($0)" } ?? "",
                    ]
                })
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reserves an address for a MAC address.")
        @Argument(help: "The MAC address.", transform: MACAddress.argument) var mac: MACAddress
        @Argument(help: "The address, in a subnet of the configuration.", transform: IPv4Address.argument)
        var address: IPv4Address
        @Option(help: "The name that the host is told.") var name: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let request = ReservationRequest(mac: mac, address: address, hostName: name)
            let made: ReservationSummary = try await connection.withClient {
                try await $0.post(APIRoute.reservations, request)
            }
            print("\(made.address) is reserved for \(made.mac)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets the reservation of an address.",
            discussion: "A lease of it stays until it ends, unless `ingot leases release` takes it back.")
        @Argument(help: "The address.", transform: IPv4Address.argument) var address: IPv4Address
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.reservation(address)) }
            print("\(address) is not reserved any more")
        }
    }
}
