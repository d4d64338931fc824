import ArgumentParser
import UserAPI

/// `ingot image refresh …`
struct ImageRefresh: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Makes and publishes new revisions of public images whose sources have changed. For administrators.",
        discussion: """
            Of a cloud image the checksum in the distribution's signed list is compared with the one that the newest \
            revision was made of; of a recipe that is built the recipe and the versions of the packages that would be \
            installed. Where nothing has changed, nothing is made. Building wants root. A recipe that fails does not stop \
            the others; the exit status tells of it.
            """)

    @Argument(help: "Names of recipes: NAME.yaml among the installed recipes or in config/images.")
    var recipes: [String] = []
    @Flag(help: "Every recipe of the catalogue, but for those that say `catalogue: false`.") var all = false
    @Option(help: "The directory of the recipes, instead of looking for them.") var catalogue: String?
    @Option(help: "The channel for new revisions: stable or candidate.") var channel = "stable"
    @Flag(help: "Only say what would be made.") var dryRun = false
    @Flag(
        help: """
            Make a new revision even where nothing has changed, or the source is back at what an older one was made of.
            """)
    var force = false
    @Option(help: "How many of a recipe's revisions in the channel stay deployable: older ones are retired.")
    var keep: Int?
    @Option(help: "The URL of a Debian mirror for what is built, instead of this machine's apt sources.")
    var mirror: String?
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard all == recipes.isEmpty else { throw ValidationError("name recipes, or say --all") }
        guard ["stable", "candidate"].contains(channel) else {
            throw ValidationError("--channel: '\(channel)' is neither stable nor candidate")
        }
        guard keep ?? 1 >= 1 else { throw ValidationError("--keep: expected 1 or more") }
    }

    func run() async throws {
        let directory = RecipeDirectory(catalogue)
        let names = all ? try directory.names() : recipes
        try await connection.withClient { client in
            let account: AccountSummary = try await client.get(APIRoute.ownAccount)
            guard account.role == .administrator else {
                throw CommandError("public images are refreshed by administrators; \(account.name) is none")
            }
            let refresh = CatalogueRefresh(
                client: client, account: account.name, channel: channel, isDry: dryRun, isForced: force, keep: keep,
                mirror: mirror)
            var failed: [String] = []
            for name in names {
                do {
                    try await refresh.run(name, file: directory.file(of: name))
                } catch let error where !(error is TaskCancelled) && !(error is CancellationError) {
                    Terminal.complain("\(name): \(error)")
                    failed.append(name)
                }
            }
            guard failed.isEmpty else {
                let list = failed.joined(separator: ", ")
                throw CommandError("\(failed.count) of \(names.count) recipes failed: \(list)")
            }
        }
    }
}
