import ArgumentParser
import FoundationEssentials
import UserAPI

/// `ingot credential …`
struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Keeps the keys of object storages (S3) for exports and imports.",
        discussion: """
            They belong to your account, and secret keys are encrypted at rest. Where the server's own key is lost, enter \
            them again.
            """,
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists credentials, without their secret keys.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [CredentialSummary] = try await connection.withClient {
                try await $0.list(APIRoute.credentials)
            }
            Terminal.table(
                ["NAME", "ENDPOINT", "REGION", "ACCESS KEY", "CREATED"],
                items.map { [$0.name, $0.endpoint, $0.region, $0.accessKey, $0.created.description] })
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keeps the keys of an object storage.")
        @Argument(help: "What it is called in exports and imports.") var name: String
        @Option(help: "https://HOST or https://HOST:PORT.") var endpoint: String
        @Option(help: "The storage's region; us-east-1 unless you say.") var region: String?
        @Option(help: "The access key.") var accessKey: String
        @Option(help: "A file with the secret key: arguments can be seen by others.") var secretKeyFile: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: secretKeyFile) else {
                throw CommandError("cannot read \(secretKeyFile)")
            }
            let request = CredentialRequest(
                name: name, endpoint: endpoint, region: region, accessKey: accessKey,
                secretKey: String(decoding: data, as: UTF8.self).filter { !$0.isNewline })
            let made: CredentialSummary = try await connection.withClient {
                try await $0.post(APIRoute.credentials, request)
            }
            print("\(made.name): \(made.accessKey) at \(made.endpoint)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forgets a credential.")
        @Argument(help: "Its name or id.") var name: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.credential(name)) }
            print("\(name) is forgotten")
        }
    }
}
