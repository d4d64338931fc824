import ArgumentParser
import UserAPI

/// `ingot share …`
struct ShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share", abstract: "Shares private images with other accounts.",
        discussion: """
            The receiver accepts an offer before it can deploy the image. Revoking a share cancels the receiver's orders \
            of the image that have not written their disk yet.
            """,
        subcommands: [List.self, Offer.self, Accept.self, Reject.self, Change.self, Revoke.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists what you share, and what is shared with you.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let items: [ShareDetail] = try await connection.withClient { try await $0.list(APIRoute.shares) }
            Terminal.table(
                ["ID", "IMAGE", "RECEIVER", "STATE", "COPY", "EXPIRES"],
                items.map {
                    [
                        $0.id, "\($0.image.owner):\($0.image.name)", $0.receiver, $0.state.rawValue,
                        $0.mayCopy ? "allowed" : "", $0.expires?.description ?? "",
                    ]
                })
        }
    }

    struct Offer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Offers an image of yours to an account.")
        @Argument(help: "NAME or an id.") var image: String
        @Option(help: "The account that receives it.") var to: String
        @Flag(help: "Let the receiver make an image of its own of it.") var allowCopy = false
        @Option(help: "Until when: 2026-12-31 or 2026-12-31T12:00:00Z.", transform: Timestamp.parse) var expires:
            Timestamp?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let offer = ShareRequest(image: image, receiver: to, mayCopy: allowCopy, expires: expires)
            let share: ShareDetail = try await connection.withClient { try await $0.post(APIRoute.shares, offer) }
            print("\(share.id): \(share.image.name) is offered to \(share.receiver)")
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accepts an image that was offered to you.")
        @Argument(help: "The share's id.") var share: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let share = try await connection.change(share, ShareChange(state: .accepted))
            print("\(share.image.owner):\(share.image.name) is \(share.state.rawValue)")
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rejects an image that was offered to you.")
        @Argument(help: "The share's id.") var share: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let share = try await connection.change(share, ShareChange(state: .rejected))
            print("\(share.image.owner):\(share.image.name) is \(share.state.rawValue)")
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes what a share of yours allows.")
        @Argument(help: "The share's id.") var share: String
        @Flag(inversion: .prefixedNo, help: "Let the receiver make an image of its own of it.") var copy: Bool?
        @Option(help: "Until when: 2026-12-31 or 2026-12-31T12:00:00Z.", transform: Timestamp.parse) var expires:
            Timestamp?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let share = try await connection.change(
                share, ShareChange(mayCopy: copy, expires: expires))
            print("\(share.id): copying is \(share.mayCopy ? "allowed" : "not allowed")")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a share: one that you gave, or one that you received.")
        @Argument(help: "The share's id.") var share: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await $0.delete(APIRoute.share(share)) }
            print("\(share) is ended")
        }
    }
}

extension ConnectionOptions {
    fileprivate func change(_ share: String, _ change: ShareChange) async throws -> ShareDetail {
        try await withClient { try await $0.patch(APIRoute.share(share), change) }
    }
}
