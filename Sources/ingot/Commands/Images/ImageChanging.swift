import ArgumentParser
import UserAPI

/// What owners change about their images, and administrators about public ones.
extension ImageCommand {
    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Renames, describes or tags an image, or says which host models it is for.")
        @Argument(help: "NAME, OWNER:NAME or an id.") var name: String
        @Option(help: "Its new name.") var rename: String?
        @Option(help: "What people should know of it.") var summary: String?
        @Option(help: "Its tags, with commas between them; empty for none.") var tags: String?
        @Option(
            help: """
                A host model that it is for, as `ingot model list` prints it, with * for any text; may be repeated. It is \
                deployed onto no other.
                """)
        var model: [String] = []
        @Flag(help: "It is for all models again.") var allModels = false
        @Flag(
            inversion: .prefixedNo,
            help: "Let it be deployed onto models, too, that its owner did not name. For operators.")
        var anyModel: Bool?
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            let isNothing = rename == nil && summary == nil && tags == nil && anyModel == nil
            guard !isNothing || allModels || !model.isEmpty else {
                throw ValidationError(
                    "say what to change: --rename, --summary, --tags, --model, --all-models or --any-model")
            }
            guard !allModels || model.isEmpty else { throw ValidationError("say --model, or --all-models") }
        }

        func run() async throws {
            let change = ImageChange(
                name: rename, summary: summary, tags: tags?.split(separator: ",").map(String.init),
                models: allModels ? [] : model.isEmpty ? nil : model, isForAnyModel: anyModel)
            try await Self.send(change, to: name, connection) { "\($0.name) is changed" }
        }

        /// Changes an image and prints what became of it.
        static func send(
            _ change: ImageChange, to name: String, _ connection: ConnectionOptions,
            _ text: (ImageSummary) -> String
        ) async throws {
            let detail: ImageDetail = try await connection.withClient {
                try await $0.patch(APIRoute.image(name), change)
            }
            print(text(detail.image))
        }
    }

    struct Protect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Protects an image: it cannot be removed.")
        @Argument(help: "NAME, OWNER:NAME or an id.") var name: String
        @Flag(help: "Lift the protection.") var off = false
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await Change.send(ImageChange(isProtected: !off), to: name, connection) {
                "\($0.name) is \($0.isProtected ? "protected" : "not protected")"
            }
        }
    }

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an image public and puts a revision of it into a channel. For administrators.",
            discussion: "Everybody sees the revisions that are in a channel, and deploys the newest stable one.")
        @Argument(
            help: "NAME or an id; @N for revision N, @stable or @candidate, else the newest.",
            transform: ImageArgument.parse)
        var name: ImageArgument
        @Option(help: "stable or candidate.") var channel = "stable"
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let detail: ImageDetail = try await client.get(APIRoute.image(name.image))
                let number = try name.revision(of: detail).number
                // In this order nobody sees a public image without a revision.
                let _: ImageRevision = try await client.patch(
                    APIRoute.revision(number, of: detail.image.id), RevisionChange(channel: channel))
                let _: ImageDetail = try await client.patch(
                    APIRoute.image(detail.image.id), ImageChange(visibility: .public))
                print("\(detail.image.name) revision \(number) is public, \(channel)")
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a revision out of its channel, or makes the whole image private again.")
        @Argument(
            help: "NAME or an id; @N for revision N, @stable or @candidate for a channel's newest, else the image.",
            transform: ImageArgument.parse)
        var name: ImageArgument
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            guard !name.isWholeImage else {
                return try await Change.send(ImageChange(visibility: .private), to: name.image, connection) {
                    "\($0.name) is \($0.visibility.rawValue)"
                }
            }
            try await connection.withClient { client in
                let detail: ImageDetail = try await client.get(APIRoute.image(name.image))
                let number = try name.revision(of: detail).number
                let _: ImageRevision = try await client.patch(
                    APIRoute.revision(number, of: detail.image.id), RevisionChange(channel: "none"))
                print("\(detail.image.name) revision \(number) is in no channel")
            }
        }
    }

    struct Deprecate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says from when an image, or a revision of it, should not be deployed any more.")
        @OptionGroup var options: LifecycleOptions

        func run() async throws {
            try await options.change { $0.deprecated = $1 }
        }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says from when an image, or a revision of it, cannot be deployed any more.")
        @OptionGroup var options: LifecycleOptions

        func run() async throws {
            try await options.change { $0.retired = $1 }
        }
    }
}

/// What `image deprecate` and `image retire` have in common.
struct LifecycleOptions: ParsableArguments {
    @Argument(
        help: "NAME or an id; @N for revision N, @stable or @candidate for a channel's newest, else the image.",
        transform: ImageArgument.parse)
    var name: ImageArgument
    @Option(help: "From when on: 2026-12-31 or 2026-12-31T12:00:00Z.", transform: Timestamp.parse) var from: Timestamp?
    @Flag(help: "Take the date back.") var never = false
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard never != (from != nil) else { throw ValidationError("say --from DATE, or --never") }
    }

    /// Sets one date and leaves the other as it is.
    func change(_ set: (inout LifecycleChange, Timestamp?) -> Void) async throws {
        try await connection.withClient { client in
            let detail: ImageDetail = try await client.get(APIRoute.image(name.image))
            guard !name.isWholeImage else {
                var dates = LifecycleChange(deprecated: detail.image.deprecated, retired: detail.image.retired)
                set(&dates, from)
                let _: ImageDetail = try await client.patch(
                    APIRoute.image(detail.image.id), ImageChange(lifecycle: dates))
                return Self.printDates(dates, of: detail.image.name)
            }
            let revision = try name.revision(of: detail)
            var dates = LifecycleChange(deprecated: revision.deprecated, retired: revision.retired)
            set(&dates, from)
            let _: ImageRevision = try await client.patch(
                APIRoute.revision(revision.number, of: detail.image.id), RevisionChange(lifecycle: dates))
            Self.printDates(dates, of: "\(detail.image.name) revision \(revision.number)")
        }
    }

    private static func printDates(_ dates: LifecycleChange, of name: String) {
        let deprecated = dates.deprecated.map { "deprecated from \($0)" } ?? "not deprecated"
        let retired = dates.retired.map { "retired from \($0)" } ?? "not retired"
        print("\(name) is \(deprecated), \(retired)")
    }
}
