import ArgumentParser
import UserAPI

/// `ingot model …`
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Lists the models of the hosts.", subcommands: [List.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the models of the hosts that you can see: VENDOR/PRODUCT, as their boards say.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [ModelSummary] = try await connection.withClient { try await $0.list(APIRoute.models) }
            Terminal.table(["MODEL", "HOSTS"], items.map { [$0.model, "\($0.hostCount)"] })
        }
    }
}
