import AccessPolicy
import ImageFormat
package import ImageStore
import Logging
import Provisioning
import Store
import Synchronization
import UserAPI

/// The images that are known: what each account sees of them, what is changed about them, and their removal.
package struct ImageCatalog: Sendable {
    let provisioner: Provisioner
    private let sweeper: ChunkSweep
    private let chunks: any ChunkStore
    private let manifests: any ManifestStore
    private let sweepPatience: Duration
    private let sweeps = CombinedSweeps()

    /// - Parameters:
    ///   - leases: shared with the importer into the same stores.
    ///   - sweepPatience: how long a removal waits until its chunks are gone before it is answered.
    package init(
        provisioner: Provisioner, chunks: any ChunkStore, manifests: any ManifestStore, leases: ChunkLeases,
        sweepPatience: Duration
    ) {
        self.sweepPatience = sweepPatience
        self.provisioner = provisioner
        self.chunks = chunks
        self.manifests = manifests
        sweeper = ChunkSweep(chunks: chunks, manifests: manifests, leases: leases)
    }

    /// The images that are there for an account.
    func list(_ filter: ImageFilter, for account: Account) async throws -> [ImageSummary] {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            try tx.images().compactMap { image in
                guard let seen = try tx.seen(image, by: account, now: now) else { return nil }
                let summary = try Self.summary(tx, of: seen, for: account, now: now)
                return filter.takes(summary) ? summary : nil
            }
        }
    }

    func detail(_ text: String, for account: Account) async throws -> ImageDetail {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            let seen = try tx.seenImage(text, for: account, now: now)
            return try Self.detail(tx, of: seen, for: account, now: now)
        }
    }

    static func detail(
        _ tx: StoreTransaction, of seen: SeenImage, for account: Account, now: Int64
    ) throws -> ImageDetail {
        ImageDetail(
            image: try summary(tx, of: seen, for: account, now: now),
            revisions: seen.revisions.map { ImageRevision($0) })
    }

    /// The hosts that run a revision of an image, of those that are there for the account.
    func hosts(of text: String, for account: Account) async throws -> [ImageUse] {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            try Self.hosts(tx, of: tx.seenImage(text, for: account, now: now).image, for: account)
        }
    }

    private static func hosts(_ tx: StoreTransaction, of image: Image, for account: Account) throws -> [ImageUse] {
        try tx.hostIDs(orderedImageID: image.id).compactMap { id in
            guard let host = try tx.host(id: id), account.sees(host), host.standing == .deployed else { return nil }
            let installed = try tx.deployments(hostID: id, limit: 100).first { $0.committedAt != nil }
            guard let installed, installed.imageID == image.id, let committedAt = installed.committedAt else {
                return nil
            }
            return ImageUse(
                hostID: id, hostName: host.name, revision: installed.revision, deployment: installed.id,
                committed: Timestamp(committedAt))
        }
    }

    /// Forgets an image, or one revision of it, then frees what nothing else names, and waits for that `sweepPatience` at
    /// most; where it fails, a later removal does it. Refused while a deployment may still read it, and while it is protected.
    /// - Returns: who still uses it.
    func remove(
        _ text: String, revision: Int?, for account: Account, expected: IfMatch? = nil
    ) async throws -> ImageRemoval {
        let now = provisioner.clock()
        let removal = try await provisioner.store.write { tx -> ImageRemoval in
            let seen = try tx.seenImage(text, for: account, now: now)
            try expected?.check(Self.detail(tx, of: seen, for: account, now: now))
            guard seen.access.mayRemove else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is removed by its owner only")
            }
            guard revision == nil || seen.revisions.contains(where: { $0.number == revision }) else {
                throw ProvisioningError(.notFound, "image \(text) has no revision \(revision ?? 0)")
            }
            let open = try tx.deployments(in: DeploymentState.allCases.filter(\.isOpen))
            try Self.requireRemovable(tx, seen.image, revision: revision, open: open)
            let hosts = try Self.hosts(tx, of: seen.image, for: account)
            // With its last revision the image goes.
            let isLast = revision == nil || seen.revisions.count == 1
            let receivers = isLast ? try Self.receivers(tx, of: seen.image, now: now) : []
            guard let revision else {
                try tx.removeImage(id: seen.image.id)
                return ImageRemoval(hosts: hosts, receivers: receivers)
            }
            try tx.removeRevision(imageID: seen.image.id, number: revision)
            return ImageRemoval(hosts: hosts.filter { $0.revision == revision }, receivers: receivers)
        }
        await sweepBehindRemoval(of: text)
        return removal
    }

    /// Sweeps, and returns at its end or after some seconds, whatever comes first: many chunks in an object storage take
    /// longer than whoever removes them waits. What the end of the server cuts off is swept when it starts anew.
    private func sweepBehindRemoval(of text: String) async {
        let sweeping = sweeps.next(sweepOnce)
        Task {
            do {
                _ = try await sweeping.value
            } catch {
                provisioner.log.error("\(text) is removed, but not yet the chunks that only it named: \(error)")
            }
        }
        await Self.wait(for: sweeping, atMost: sweepPatience)
    }

    /// Returns at a sweep's end, after `patience`, or when this task is cancelled; the sweep goes on.
    private static func wait(for sweeping: CombinedSweeps.Sweeping, atMost patience: Duration? = nil) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            _ = await sweeping.result
            end.finish()
        }
        let timer = patience.map { patience in
            Task {
                try await Task.sleep(for: patience)
                end.finish()
            }
        }
        for await _ in ends {}
        timer?.cancel()
    }

    /// The names of the accounts that an image is shared with.
    private static func receivers(_ tx: StoreTransaction, of image: Image, now: Int64) throws -> [String] {
        try tx.shares(imageID: image.id).filter { $0.state == .accepted && !$0.hasExpired(now: now) }
            .compactMap { try tx.account(id: $0.receiverID)?.name }
            .sorted()
    }

    /// Throws with the reason where an image, or a revision of it, cannot be removed: a deployment may still read it.
    static func requireRemovable(
        _ tx: StoreTransaction, _ image: Image, revision: Int?, open: [Deployment]
    ) throws {
        guard !image.isProtected else {
            throw ProvisioningError(.conflict, "image \(image.name) is protected: lift that first")
        }
        let user = open.first { $0.imageID == image.id && (revision == nil || $0.revision == revision) }
        if let user {
            throw ProvisioningError(
                .conflict,
                "deployment \(user.id) of \(user.imageLabel) is \(user.state.rawValue): wait for it or cancel it")
        }
    }

    /// Removes what no revision names, together with all who ask for that before it begins.
    package func sweep() async throws -> ChunkSweep.Result {
        let sweeping = sweeps.next(sweepOnce)
        await Self.wait(for: sweeping)
        try Task.checkCancellation()
        return try await sweeping.value
    }

    private func sweepOnce() async throws -> ChunkSweep.Result {
        let result = try await sweeper.run {
            try await provisioner.store.read { tx in
                // What tasks fetch that are begun again is live, too.
                let fetched = try tx.openTasks().filter { $0.kind == .imageImport }.compactMap {
                    $0.checkpoint.flatMap { ChunkDigest($0) }
                }
                return ChunkSweep.Live(revisions: Set(try tx.revisions().map(\.digest)), fetched: Set(fetched))
            }
        }
        try await provisioner.store.pruneChunkIndex(now: provisioner.clock())
        return result
    }

    /// Enters the chunks of revisions that an older version of Ingot made.
    func indexOldRevisions() async throws {
        for digest in try await provisioner.store.read({ try $0.unindexedManifests() }) {
            guard let document = try await manifests.read(digest) else {
                provisioner.log.error("manifest \(digest) is not in the image store: import its image again")
                continue
            }
            var indexed: [IndexedChunk] = []
            for chunk in Set(try Manifest.decode(document.payload).chunks.compactMap { $0 }) {
                indexed.append(IndexedChunk(digest: chunk, storedSize: try await chunks.size(of: chunk) ?? 0))
            }
            try await provisioner.store.index(manifest: digest, chunks: indexed, now: provisioner.clock())
        }
    }

    static func summary(
        _ tx: StoreTransaction, of seen: SeenImage, for account: Account, now: Int64
    ) throws -> ImageSummary {
        let image = seen.image
        let share = try tx.share(imageID: image.id, receiverID: account.id)
        let isShared = image.visibility == .private && image.ownerID != account.id && share != nil
        let latest = try? seen.revision(number: nil, channel: nil, now: now)
        return ImageSummary(
            id: image.id, name: image.name, owner: try tx.account(id: image.ownerID)?.name ?? image.ownerID,
            visibility: isShared ? .shared : ImageVisibilityName(rawValue: image.visibility.rawValue),
            summary: image.summary, tags: image.tags, isProtected: image.isProtected,
            created: Timestamp(image.createdAt), deprecated: image.lifecycle.deprecatedAt.map { Timestamp($0) },
            retired: image.lifecycle.retiredAt.map { Timestamp($0) }, models: image.models ?? [],
            isForAnyModel: image.isForAnyModel ?? false, revisionCount: seen.revisions.count,
            latest: (latest ?? seen.revisions.last).map { ImageRevision($0) })
    }
}

/// Which images a list is to hold; nil takes all.
struct ImageFilter: Sendable {
    var name: String?
    var owner: String?
    var visibility: String?
    var tag: String?

    func takes(_ image: ImageSummary) -> Bool {
        (name == nil || image.name == name) && (owner == nil || image.owner == owner)
            && (visibility == nil || image.visibility.rawValue == visibility)
            && (tag.map { image.tags.contains($0) } ?? true)
    }
}

/// Sweeps, one after the other: what is asked for while one runs is one more, for all who ask.
private final class CombinedSweeps: Sendable {
    typealias Sweeping = Task<ChunkSweep.Result, any Error>

    private struct State {
        var running: Sweeping?
        /// Has not begun.
        var next: Sweeping?
    }

    private let state = Mutex(State())

    /// The sweep that begins after this call.
    func next(_ sweep: @escaping @Sendable () async throws -> ChunkSweep.Result) -> Sweeping {
        state.withLock { state in
            if let next = state.next { return next }
            let running = state.running
            let next = Sweeping {
                _ = await running?.result
                begin()
                return try await sweep()
            }
            state.next = next
            return next
        }
    }

    private func begin() {
        state.withLock { state in
            state.running = state.next
            state.next = nil
        }
    }
}
