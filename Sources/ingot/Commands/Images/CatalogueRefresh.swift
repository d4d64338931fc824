import FoundationEssentials
import ImageBuilder
import UserAPI

/// Compares recipes with the revisions that were made of them, and makes new ones.
struct CatalogueRefresh: Sendable {
    let client: APIClient
    /// The name of the account whose images they are.
    let account: String
    let channel: String
    /// Whether nothing is made.
    let isDry: Bool
    /// Whether a revision is made in any case.
    let isForced: Bool
    /// How many revisions stay deployable; nil: all.
    let keep: Int?
    let mirror: String?

    /// What a recipe's source offers at the moment.
    private enum Source {
        case build(Recipe)
        case cloudImage(CloudImageRecipe, UpstreamImage)
    }

    /// Refreshes what one recipe makes, and prints what became of it.
    func run(_ name: String, file: String) async throws {
        let recipe = try RecipeDirectory.load(file, name: name)
        let lock = try RecipeLock(file)
        defer { withExtendedLifetime(lock) {} }
        let (source, origin) = try await source(of: recipe, file: file)
        let revisions = try await revisions(of: name)
        let decision = RefreshDecision(revisions: revisions, origin: origin)
        switch decision {
        case .unchanged(let revision) where !isForced:
            let hidden = revision.channel == nil ? ", which is in no channel" : ""
            print("\(name): unchanged since revision \(revision.number) of \(revision.created)\(hidden)")
        case .older(let revision, let newest) where !isForced:
            throw CommandError(
                """
                the source is what revision \(revision.number) was made of, which revision \(newest.number) came after: it \
                was taken back, or somebody plays an old state of it. If that is right, publish revision \
                \(revision.number) again, or say --force
                """)
        default:
            guard !isDry else { return print("\(name): a revision would be made of \(origin.source)") }
            try await make(name, source, origin, after: revisions.last?.number ?? 0)
        }
        if !isDry { try await retire(name) }
    }

    /// The revisions of the account's own image, oldest first.
    private func revisions(of name: String) async throws -> [ImageRevision] {
        let images: [ImageSummary] = try await client.list(APIRoute.images(owner: account))
        guard let image = images.first(where: { $0.name == name }) else { return [] }
        return try await client.get(APIRoute.image(image.id), as: ImageDetail.self).revisions
    }

    private func source(of recipe: CatalogueRecipe, file: String) async throws -> (Source, ImageOrigin) {
        switch recipe {
        case .build(let recipe):
            let plan = try await ImageBuilder().plan(recipe: recipe, mirror: mirror)
            let fingerprint = try plan.fingerprint(recipe: Recipe.text(of: file))
            return (.build(recipe), ImageOrigin(recipe: recipe.name, source: recipe.suite, fingerprint: fingerprint))
        case .cloudImage(let recipe):
            let found = try await UpstreamFiles.with { try await recipe.upstream(from: $0) }
            let origin = ImageOrigin(recipe: recipe.name, source: found.url, fingerprint: found.fingerprint)
            return (.cloudImage(recipe, found), origin)
        }
    }

    /// Makes the next revision; the server publishes it in the moment at which it is there.
    private func make(_ name: String, _ source: Source, _ origin: ImageOrigin, after: Int) async throws {
        switch source {
        case .cloudImage(let recipe, let found):
            var order = ImageImportRequest(
                name: name, format: recipe.format, source: found.url, compression: recipe.compression, origin: origin,
                channel: channel, after: after)
            switch found.algorithm {
            case .sha256: order.sha256 = found.digest
            case .sha512: order.sha512 = found.digest
            }
            try await publish(order)
        case .build(let recipe):
            let scratch = try ScratchDirectory(beside: FileManager.default.temporaryDirectory.path + "/image")
            defer { withExtendedLifetime(scratch) {} }
            let disk = scratch.path + "/disk.raw"
            try await ImageCommand.Build.build(recipe, mirror: mirror, output: disk)
            var order = ImageImportRequest(
                name: name, format: "raw", source: disk, compression: "none", origin: origin, channel: channel,
                after: after)
            try await ImageImport.upload(disk, for: &order, with: client)
            do {
                try await publish(order)
            } catch {
                // The next refresh builds it anew.
                try? await client.delete(APIRoute.upload(String(order.source.dropFirst("upload:".count))))
                throw error
            }
        }
    }

    private func publish(_ order: ImageImportRequest) async throws {
        let task: TaskDetail = try await client.post(APIRoute.imports, order)
        let ended = try await TaskFollower(client: client).follow(task.id)
        print("\(order.name)@\(ended.revision ?? 0) is public, \(channel): made of \(order.origin?.source ?? "")")
    }

    /// Retires the revisions in the channel that newer ones have replaced.
    private func retire(_ name: String) async throws {
        guard let keep else { return }
        let old = RefreshDecision.retiring(
            try await revisions(of: name), of: name, keep: keep, channel: channel)
        for revision in old {
            let now = Timestamp(Int64(Date().timeIntervalSince1970))
            let change = RevisionChange(lifecycle: LifecycleChange(deprecated: revision.deprecated, retired: now))
            let _: ImageRevision = try await client.patch(
                APIRoute.revision(revision.number, of: "\(account):\(name)"), change)
            print("\(name)@\(revision.number) is retired")
        }
    }
}
