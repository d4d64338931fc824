import AccessPolicy
import FoundationEssentials
import ImageFormat
import ImageStore
import Logging
import Preflight
import PreflightFacts
import Signing
import Store
import UserAPI

/// Carries out imports.
struct ImportPerformer: TaskPerforming {
    let provisioner: Provisioner
    let importer: ImageImporter
    let catalog: ImageCatalog
    let uploads: UploadDesk
    let credentials: CredentialDesk
    let regions: RegionDesk
    let spool: SpoolDirectory
    let limits: ImportLimits
    /// The keys whose signatures under manifests are trusted.
    let trusted: @Sendable () async throws -> TrustedKeys

    var kind: TaskKind { .imageImport }

    func perform(_ task: TaskRecord, _ run: TaskRun) async throws {
        let order = try Self.order(of: task)
        switch order.source {
        case .region(let key, let manifest): try await importRegion(order, key, manifest, task, run)
        case .object(let bucket, let key): try await importObject(order, bucket, key, task, run)
        case .file, .url, .upload: try await importDisk(order, path: path(of: order), task, run)
        }
    }

    private func importObject(
        _ order: ImportOrder, _ bucket: String, _ key: String, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        try await credentials.withBucket(
            bucket, credential: order.credential ?? "", accountID: task.accountID
        ) { client in
            let source = ObjectSource(client: client, bucket: bucket)
            if order.isChunked { return try await importChunks(key, source, task, run) }
            try await spool.withFile { file in
                let writer = SpoolWriter(file: file, limit: limits.maximumSourceSize)
                try await source.fetch(key, into: writer, limits: limits, progress: { run.report($0) })
                try await importDisk(order, path: file.path, task, run)
            }
        }
    }

    private func importDisk(_ order: ImportOrder, path: String, _ task: TaskRecord, _ run: TaskRun) async throws {
        _ = try await importer.importImage(
            order.importRequest(path: path), signer: DocumentSigner(documents: provisioner.documents),
            mayClaim: { try await provisioner.readable($0, accountID: task.accountID) },
            record: { try await record($0, of: task, run) }, progress: { run.report(TaskProgress($0)) })
    }

    private func importChunks(
        _ key: String, _ source: ObjectSource, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        let payload = try await trusted().verify(source.manifest(key))
        let folder = key.lastIndex(of: "/").map { String(key[...$0]) } ?? ""
        try await importChunks(
            payload, from: ExportedChunks(client: source.client, prefix: folder + "chunks/"), task, run)
    }

    /// What another region offers: its signature is checked with the keys that were imported when the region was added.
    private func importRegion(
        _ order: ImportOrder, _ key: KeyID, _ manifest: ChunkDigest, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        guard let region = try await regions.region(signingWith: key), let sealed = order.sealedTicket else {
            throw ImportError.refused("no region that is known here signs with key \(key)")
        }
        let ticket = try regions.secrets.open(sealed, context: ImportOrder.context(task.id))
        try await RegionClient.with(
            url: region.url, token: ticket, patience: RegionClient.longPatience
        ) { client in
            let document = try await client.manifest(manifest)
            let payload = try region.trustedKeys.verify(document)
            guard ChunkDigest(of: Array(payload)) == manifest else {
                throw ImportError.refused("the region gave another manifest than \(manifest)")
            }
            try await importChunks(payload, from: RegionChunks(client: client), task, run)
        }
    }

    private func importChunks(
        _ payload: Data, from source: any ChunkFetching, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        // What the task has fetched is kept from sweeps by the manifest, whose digest stands in its record.
        try await run.keep(checkpoint: ChunkDigest(of: Array(payload)).description)
        _ = try await importer.importChunks(
            of: payload, from: source, signer: DocumentSigner(documents: provisioner.documents),
            mayClaim: { chunks in
                let received = try await provisioner.store.read { tx in
                    try chunks.filter { try tx.hasReceived($0, taskID: task.id) }
                }
                return try await provisioner.readable(chunks, accountID: task.accountID).union(received)
            },
            received: { chunks in try await provisioner.store.note { try $0.noteReceived(chunks, taskID: task.id) } },
            record: { try await record($0, of: task, run) }, progress: { run.report(TaskProgress($0)) })
    }

    private func record(_ image: ImportedImage, of task: TaskRecord, _ run: TaskRun) async throws {
        let chunks = image.storedSizes.map { IndexedChunk(digest: $0.key, storedSize: $0.value) }
        try await provisioner.store.index(manifest: image.digest, chunks: chunks, now: provisioner.clock())
        let examination = RevisionExamination(
            facts: image.examination.facts, kernels: image.examination.kernels)
        let findings = PreflightCase(facts: examination.facts, kernels: examination.kernels).findings
        let order = try Self.order(of: task)
        try await run.finish(report: findings.isEmpty ? nil : findings.map { "preflight: \($0)" }) { tx, now in
            // The image may have been removed meanwhile, by its owner or with another import of it that failed.
            let home = try tx.ownImage(named: task.imageName, accountID: task.accountID, now: now)
            var revision = try tx.addRevision(
                imageID: home.id, digest: image.digest, manifest: image.manifest, now: now)
            revision.origin = order.origin
            revision.channel = order.channel
            try tx.update(revision)
            try tx.save(examination, imageID: home.id, revision: revision.number)
            if order.channel != nil { try Self.publish(tx, home) }
            return revision.number
        }
    }

    /// Makes the image public whose new revision is in a channel.
    private static func publish(_ tx: StoreTransaction, _ image: Image) throws {
        guard try tx.account(id: image.ownerID)?.role == .administrator else {
            throw ProvisioningError(.forbidden, "the account is no administrator's any more: nothing is published")
        }
        var image = image
        image.visibility = .public
        try tx.requireFreePublicName(image)
        try tx.save(image)
    }

    /// Gives the place of an image back that has got no revision, unless another task makes one. An upload that could not
    /// be imported is kept: it may have been declared wrong.
    func clean(up task: TaskRecord) async throws {
        if task.state != .failed, case .upload(let id) = try Self.order(of: task).source {
            try await uploads.forget(id)
        }
        try await provisioner.store.write { try $0.forgetReceived(taskID: task.id) }
        guard task.state != .done else { return }
        try await provisioner.store.write { tx in
            let isMade = try tx.openTasks(accountID: task.accountID)
                .contains { $0.kind == .imageImport && $0.imageName == task.imageName }
            guard !isMade, let image = try tx.image(ownerID: task.accountID, name: task.imageName) else { return }
            _ = try tx.removeImageWithoutRevisions(id: image.id)
        }
        _ = try await catalog.sweep()
    }

    func prepare() async throws {
        try await provisioner.store.write { tx in
            let open = try tx.openTasks().filter { $0.kind == .imageImport }
            for image in try tx.images()
            where !open.contains(where: { $0.accountID == image.ownerID && $0.imageName == image.name }) {
                _ = try tx.removeImageWithoutRevisions(id: image.id)
            }
        }
        try await uploads.removeStrayFiles()
        try await catalog.indexOldRevisions()
        let result = try await catalog.sweep()
        if result != ChunkSweep.Result() {
            provisioner.log.info("swept \(result.chunks) chunks and \(result.manifests) manifests")
        }
    }

    private func path(of order: ImportOrder) -> String {
        guard case .upload(let id) = order.source else { return "" }
        return uploads.path(of: id)
    }

    private static func order(of task: TaskRecord) throws -> ImportOrder {
        try JSONDecoder().decode(ImportOrder.self, from: Data(task.order.utf8))
    }
}

extension TaskProgress {
    init(_ progress: ImportProgress) {
        self.init(phase: progress.phase.rawValue, done: progress.bytesRead, total: progress.total)
    }
}

extension Provisioner {
    /// Which of some chunks an account can read, by images that it may copy.
    func readable(_ chunks: [ChunkDigest], accountID: String) async throws -> Set<ChunkDigest> {
        let now = clock()
        return try await store.read { tx in
            guard let account = try tx.account(id: accountID) else { return [] }
            // Thousands of chunks belong to a few revisions.
            var mayCopy: [RevisionKey: Bool] = [:]
            return Set(
                try chunks.filter { chunk in
                    try tx.keysOfRevisions(namingChunk: chunk).contains { revision in
                        if let known = mayCopy[revision] { return known }
                        let seen = try tx.seenImage(holding: revision, for: account, now: now)
                        let record = seen?.revision(numbered: revision.number)
                        let isReadable = record.flatMap { seen?.mayCopy($0) } ?? false
                        mayCopy[revision] = isReadable
                        return isReadable
                    }
                })
        }
    }
}
