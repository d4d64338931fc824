import ArgumentParser
import UserAPI

/// `ingot token …`
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes tokens of the API and the command line.",
        subcommands: [List.self, Create.self, Revoke.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists tokens, without their secrets.")
        @Option(help: "Those of this account. For administrators.") var account: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [APITokenSummary] = try await connection.withClient {
                try await $0.list(APIRoute.tokens(of: account))
            }
            Terminal.table(
                ["ID", "NAME", "CREATED", "EXPIRES"],
                items.map { [$0.id, $0.name, $0.created.description, $0.expires?.description ?? "never"] })
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints its secret, which is shown this once.",
            discussion: "Keep it in a file of mode 0600 and name that with --token-file or INGOT_TOKEN_FILE.")
        @Argument(help: "What it is for, such as laptop.") var name: String
        @Option(help: "The account that it is for. For administrators.") var account: String?
        @Option(help: "How many days it is good for; 90 unless you say, 0 for ever.") var days: Int?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let request = APITokenRequest(name: name, account: account, days: days)
            let issued: IssuedAPIToken = try await connection.withClient {
                try await $0.post(APIRoute.tokens, request)
            }
            print(issued.secret)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a token at once.")
        @Argument(help: "The token's id.") var token: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.token(token)) }
            print("\(token) is revoked")
        }
    }
}
