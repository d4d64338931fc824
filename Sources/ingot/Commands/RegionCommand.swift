import ArgumentParser
import FoundationEssentials
import ImageFormat
import UserAPI

/// `ingot region …`
struct RegionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "region", abstract: "Lists and adds other installations that images are copied to and from.",
        discussion: """
            An administrator adds a region with a token of an account there; the region's public keys are imported with it, \
            and images that it signed are trusted from then on. Both sides add each other. Every account that copies \
            enters its own token (`ingot region login`): what it copies belongs to its account there, and counts there.
            """,
        subcommands: [List.self, Add.self, Login.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists regions with their keys.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [RegionSummary] = try await connection.withClient { try await $0.list(APIRoute.regions) }
            Terminal.table(
                ["NAME", "URL", "KEYS", "TOKEN"],
                items.map {
                    [$0.name, $0.url, $0.keys.map(\.description).joined(separator: " "), $0.hasToken ? "entered" : ""]
                })
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a region, with the keys that it says are its own. For administrators.",
            discussion: "Compare the keys with what `ingot keys list` prints there.")
        @Argument(help: "What it is called here.") var name: String
        @Option(help: "Its user API: https://HOST or https://HOST:PORT.") var url: String
        @Option(help: "A file with a token of an account there.") var regionTokenFile: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let request = RegionRequest(name: name, url: url, token: try RegionCommand.token(regionTokenFile))
            let region: RegionSummary = try await connection.withClient {
                try await $0.post(APIRoute.regions, request)
            }
            print("\(region.name) signs with \(region.keys.map(\.description).joined(separator: " "))")
        }
    }

    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enters your token at a region.")
        @Argument(help: "The region's name or id.") var region: String
        @Option(help: "A file with a token of your account there.") var regionTokenFile: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let request = RegionTokenRequest(token: try RegionCommand.token(regionTokenFile))
            let entered: RegionSummary = try await connection.withClient {
                try await $0.post(APIRoute.token(atRegion: region), request)
            }
            print("the token at \(entered.name) is entered")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a region, its keys and the tokens there. For administrators.")
        @Argument(help: "The region's name or id.") var region: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.region(region)) }
            print("\(region) is forgotten")
        }
    }

    private static func token(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else { throw CommandError("cannot read \(file)") }
        return String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
    }
}
