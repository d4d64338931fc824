import AccessPolicy
import FoundationEssentials
import ImageFormat
import Provisioning
import Signing
import Store
import UserAPI

/// What a copy task carries out, as it is stored.
struct CopyOrder: Codable, Sendable {
    var imageID: String
    var revision: Int
    var regionID: String
    /// What the image is called there.
    var name: String
}

/// Takes orders of copies.
struct CopyDesk: Sendable {
    let provisioner: Provisioner
    let tasks: TaskService
    let regions: RegionDesk

    func order(_ request: CopyRequest, by account: Account) async throws -> TaskDetail {
        let region = try await regions.require(request.region)
        _ = try await regions.token(of: account.id, at: region)
        let now = provisioner.clock()
        let revision = try await provisioner.store.read { tx -> (image: Image, number: Int) in
            let seen = try tx.seenImage(request.image, for: account, now: now)
            guard seen.access.mayCopy else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is not yours to copy")
            }
            return (seen.image, try seen.copyableRevision(number: request.revision).number)
        }
        let name = request.name ?? revision.image.name
        guard ResourceName.isValid(name) else {
            throw ProvisioningError(.invalid, "'\(name)' is no image name: \(ResourceName.rule)")
        }
        let order = CopyOrder(
            imageID: revision.image.id, revision: revision.number, regionID: region.id, name: name)
        let task = TaskRecord(
            id: makeID(prefix: "task"), kind: .copy, accountID: account.id, imageName: revision.image.name,
            subject: "to region \(region.name) as \(name)",
            order: String(decoding: try JSONEncoder().encode(order), as: UTF8.self), createdAt: now)
        return try await tasks.submit(task) { _ in }
    }
}

/// Carries out copies: the other region fetches what it lacks, with a token that opens this one manifest and its chunks
/// for as long as the account may copy the image.
struct CopyPerformer: TaskPerforming {
    let provisioner: Provisioner
    let regions: RegionDesk
    let activeKey: @Sendable () -> KeyID

    private static let askInterval = Duration.milliseconds(500)
    /// How long the token opens the manifest, in seconds.
    private static let ticketLifetime: Int64 = 7 * 86400

    /// What the next process goes on with.
    private struct Checkpoint: Codable {
        /// The token for the other region: its id, and its secret, sealed.
        var ticketID: String
        var sealedTicket: String
        /// The task there, once it is begun.
        var remoteTask: String?
    }

    var kind: TaskKind { .copy }

    func perform(_ task: TaskRecord, _ run: TaskRun) async throws {
        let order = try JSONDecoder().decode(CopyOrder.self, from: Data(task.order.utf8))
        let region = try await regions.require(order.regionID)
        let token = try await regions.token(of: task.accountID, at: region)
        let manifest = try await copyable(order, accountID: task.accountID)
        var checkpoint = try await checkpoint(of: task, manifest, run)
        try await RegionClient.with(
            url: region.url, token: token, patience: RegionClient.longPatience
        ) { client in
            if checkpoint.remoteTask == nil {
                let request = ImageImportRequest(
                    name: order.name, format: ImportOrder.chunked, source: "region:\(activeKey())/\(manifest)",
                    ticket: try regions.secrets.open(checkpoint.sealedTicket, context: Self.context(task)))
                let begun: TaskDetail = try await client.post(APIRoute.imports, request, key: task.id)
                checkpoint.remoteTask = begun.id
                try await run.keep(checkpoint: Self.text(checkpoint))
            }
            let ended = try await follow(checkpoint.remoteTask ?? "", client, order, task, run)
            try await run.finish(report: ["\(region.name): \(order.name)@\(ended.revision ?? 0)"])
        }
    }

    func clean(up task: TaskRecord) async throws {
        guard let text = task.checkpoint,
            let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8))
        else { return }
        try await provisioner.store.write { try $0.removeAPIToken(id: checkpoint.ticketID) }
        guard task.state != .done, let remote = checkpoint.remoteTask,
            let order = try? JSONDecoder().decode(CopyOrder.self, from: Data(task.order.utf8))
        else { return }
        let region = try await regions.require(order.regionID)
        let token = try await regions.token(of: task.accountID, at: region)
        try await RegionClient.with(url: region.url, token: token) { client in
            let detail: TaskDetail = try await client.get(APIRoute.task(remote))
            if !detail.state.isFinal { try await client.delete(APIRoute.task(remote)) }
        }
    }

    func prepare() async throws {}

    /// The task of the other region once it is done.
    private func follow(
        _ id: String, _ client: RegionClient, _ order: CopyOrder, _ task: TaskRecord, _ run: TaskRun
    ) async throws -> TaskDetail {
        while true {
            let detail: TaskDetail = try await client.get(APIRoute.task(id))
            switch detail.state {
            case .done: return detail
            case .failed, .cancelled:
                throw ProvisioningError(
                    .conflict, "the other region's task \(id) is \(detail.state.rawValue): \(detail.failure ?? "")")
            default: break
            }
            _ = try await copyable(order, accountID: task.accountID)
            run.report(
                TaskProgress(
                    phase: (detail.phase ?? "waiting").cut(toBytes: 100), done: detail.progress?.done ?? 0,
                    total: detail.progress?.total))
            try await Task.sleep(for: Self.askInterval)
        }
    }

    private func checkpoint(of task: TaskRecord, _ manifest: ChunkDigest, _ run: TaskRun) async throws -> Checkpoint {
        if let text = task.checkpoint { return try JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8)) }
        let secret = BearerSecret()
        let now = provisioner.clock()
        let ticket = APITokenRecord(
            id: makeID(prefix: "t"), hash: secret.hash, accountID: task.accountID, name: "copy-\(task.id)",
            createdAt: now, expiresAt: now + Self.ticketLifetime, manifest: manifest)
        let checkpoint = Checkpoint(
            ticketID: ticket.id,
            sealedTicket: try regions.secrets.seal(secret.text, context: Self.context(task)))
        try await run.keep(checkpoint: Self.text(checkpoint)) { try $0.insert(ticket) }
        return checkpoint
    }

    private static func context(_ task: TaskRecord) -> String { "ticket of \(task.id)" }

    private static func text(_ checkpoint: Checkpoint) throws -> String {
        String(decoding: try JSONEncoder().encode(checkpoint), as: UTF8.self)
    }

    /// The manifest, where the account still may copy the image.
    private func copyable(_ order: CopyOrder, accountID: String) async throws -> ChunkDigest {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            guard let account = try tx.account(id: accountID), let image = try tx.image(id: order.imageID),
                let seen = try tx.seen(image, by: account, now: now),
                let revision = seen.revision(numbered: order.revision), seen.mayCopy(revision)
            else {
                throw ProvisioningError(.notFound, "the revision is not there (any more), or is not yours to copy")
            }
            return revision.digest
        }
    }
}
