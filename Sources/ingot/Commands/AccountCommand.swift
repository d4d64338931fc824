import ArgumentParser
import UserAPI

extension AccountRole: ExpressibleByArgument {}

/// `ingot account …`
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Lists and changes accounts.",
        discussion: """
            administrator: everything. operator: hosts, boot networks, everybody's deployments. member: images of its own, \
            deployed onto the hosts that are assigned to it (`ingot host assign`). viewer: looks, and changes nothing. A \
            new account has no token yet: `ingot token create NAME --account ACCOUNT` makes one.
            """,
        subcommands: [Me.self, List.self, Add.self, Change.self, Disable.self, Enable.self, Remove.self],
        defaultSubcommand: Me.self)

    fileprivate static func text(_ account: AccountSummary) -> String {
        let quota = account.privateImages
        return "\(account.name) (\(account.id)): \(account.role.rawValue)\(account.isEnabled ? "" : ", disabled"), "
            + "\(quota.used) of \(quota.limit) private images"
    }

    struct Me: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows whose token this is, and what remains of its quota.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let account: AccountSummary = try await connection.withClient { try await $0.get(APIRoute.ownAccount) }
            print(AccountCommand.text(account))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every account.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [AccountSummary] = try await connection.withClient { try await $0.list(APIRoute.accounts) }
            Terminal.table(
                ["NAME", "ID", "ROLE", "STATE", "IMAGES", "QUOTA", "CREATED"],
                items.map {
                    [
                        $0.name, $0.id, $0.role.rawValue, $0.isEnabled ? "enabled" : "disabled",
                        "\($0.privateImages.used)", "\($0.privateImages.limit)", $0.created.description,
                    ]
                })
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an account.")
        @Argument(help: "Its name.") var name: String
        @Option(help: "administrator, operator, member or viewer.") var role = AccountRole.member
        @Option(help: "How many private images it may have; 50 unless you say.") var imageQuota: Int?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let request = AccountRequest(name: name, role: role, imageQuota: imageQuota)
            let account: AccountSummary = try await connection.withClient {
                try await $0.post(APIRoute.accounts, request)
            }
            print(AccountCommand.text(account))
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes an account's name, role or quota.")
        @Argument(help: "Its name or id.") var account: String
        @Option(help: "Its new name.") var rename: String?
        @Option(help: "administrator, operator, member or viewer.") var role: AccountRole?
        @Option(help: "How many private images it may have.") var imageQuota: Int?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.change(account, AccountChange(name: rename, role: role, imageQuota: imageQuota))
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disables an account: its tokens open nothing.",
            discussion: """
                Its images and what it shares stay as they are, and are paid for. Its orders that no host has begun are \
                cancelled; those that run go on.
                """)
        @Argument(help: "Its name or id.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws { try await connection.change(account, AccountChange(isEnabled: false)) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enables an account that was disabled.")
        @Argument(help: "Its name or id.") var account: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws { try await connection.change(account, AccountChange(isEnabled: true)) }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes an account with its tokens.",
            discussion: """
                Say what becomes of its images, if it has any. Shares that it received end; what it shared goes with the \
                image. Waiting orders are cancelled; while one is under way the account stays.
                """)
        @Argument(help: "Its name or id.") var account: String
        @Flag(help: "Remove its images with it.") var removeImages = false
        @Option(help: "Give its images to this account.") var moveImagesTo: String?
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard !removeImages || moveImagesTo == nil else {
                throw ValidationError("say either --remove-images or --move-images-to")
            }
        }

        func run() async throws {
            let path = APIRoute.removal(ofAccount: account, removeImages: removeImages, moveImagesTo: moveImagesTo)
            try await connection.withClient { try await $0.delete(path) }
            print("\(account) is removed")
        }
    }
}

extension ConnectionOptions {
    fileprivate func change(_ account: String, _ change: AccountChange) async throws {
        let summary: AccountSummary = try await withClient { try await $0.patch(APIRoute.account(account), change) }
        print(AccountCommand.text(summary))
    }
}
