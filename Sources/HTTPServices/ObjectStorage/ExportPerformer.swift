import AccessPolicy
import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import ObjectStorage
import Provisioning
import Store

/// Carries out exports: the disk first, then its checksum, then the manifest; whoever finds the manifest finds the rest.
struct ExportPerformer: TaskPerforming {
    let provisioner: Provisioner
    let chunks: any ChunkStore
    let manifests: any ManifestStore
    let credentials: CredentialDesk
    let spool: SpoolDirectory
    let limits: ImportLimits
    /// Waits, as `Task.sleep(for:)` does.
    let pause: @Sendable (Duration) async throws -> Void

    /// As many chunks are sent at once.
    private static let chunksAtOnce = 4
    /// How often it is asked whether the account still may take the image away: also while one part is on a slow line.
    private static let leaveInterval = Duration.seconds(20)

    var kind: TaskKind { .export }

    func perform(_ task: TaskRecord, _ run: TaskRun) async throws {
        let order = try JSONDecoder().decode(ExportOrder.self, from: Data(task.order.utf8))
        let (document, manifest) = try await source(of: order, by: task.accountID)
        do {
            try await withLeave(order, task) { try await send(document, manifest, order, task, run) }
        } catch let error as S3Error {
            throw InterruptedExport(cause: error)
        }
    }

    private func send(
        _ document: SignedDocument, _ manifest: Manifest, _ order: ExportOrder, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        try await credentials.withBucket(
            order.bucket, credential: order.credential, accountID: task.accountID
        ) { client in
            var report = ["s3://\(order.bucket)/\(order.manifestKey)"]
            if let key = order.diskKey {
                let digest = try await sendDisk(key, order, manifest, client, task, run)
                let name = key.split(separator: "/").last ?? ""
                try await client.put(key + ".sha256", ByteBuffer(string: "\(digest)  \(name)\n"))
                report.insert("s3://\(order.bucket)/\(key), SHA-256 \(digest)", at: 0)
            } else {
                try await sendChunks(order, manifest, client, task, run)
            }
            try await client.put(order.manifestKey, ByteBuffer(bytes: try jsonDocument(document)))
            try await run.finish(report: report)
        }
    }

    func clean(up task: TaskRecord) async throws {
        guard task.state != .done, let text = task.checkpoint,
            let known = try? JSONDecoder().decode(PartedUpload.Known.self, from: Data(text.utf8)),
            let order = try? JSONDecoder().decode(ExportOrder.self, from: Data(task.order.utf8))
        else { return }
        // The next order goes on with what was sent, unless nobody wants it any more, or may have it.
        if task.state == .failed, await hasLeave(order, task.accountID) { return }
        try await credentials.withBucket(
            order.bucket, credential: order.credential, accountID: task.accountID
        ) { try await $0.abortUpload(known.key, upload: known.upload) }
    }

    func prepare() async throws {}

    /// The manifest, where the account still may take the image away.
    private func source(
        of order: ExportOrder, by accountID: String
    ) async throws -> (SignedDocument, Manifest) {
        let revision = try await provisioner.store.read { try $0.copyable(order, accountID: accountID, now: now) }
        guard let document = try await manifests.read(revision.digest) else {
            throw ProvisioningError(.notFound, "manifest \(revision.digest) is not in the image store")
        }
        return (document, try Manifest.decode(document.payload))
    }

    private var now: Int64 { provisioner.clock() }

    private func sendDisk(
        _ key: String, _ order: ExportOrder, _ manifest: Manifest, _ client: S3Client, _ task: TaskRecord,
        _ run: TaskRun
    ) async throws -> String {
        let known = try await known(of: order, task, run)
        func send(size: UInt64, _ bytes: (Int) async throws -> ByteBuffer) async throws -> String {
            try await PartedUpload(client: client, key: key, size: size).send(
                known: known,
                keep: { try await run.keep(checkpoint: String(decoding: JSONEncoder().encode($0), as: UTF8.self)) },
                bytes: bytes,
                progress: { run.report(TaskProgress(phase: "exporting", done: $0, total: size)) })
        }
        guard order.format == .qcow2 else {
            let stream = FrameStream(manifest: manifest, chunks: chunks)
            var next = 0
            var rest = ByteBuffer()
            return try await send(size: stream.size()) { wanted in
                while rest.readableBytes < wanted, next < stream.count {
                    var frame = try await stream.frame(next)
                    rest.writeBuffer(&frame)
                    next += 1
                }
                let part = rest.readSlice(length: min(wanted, rest.readableBytes)) ?? ByteBuffer()
                rest.discardReadBytes()
                return part
            }
        }
        return try await spool.withFile { disk in
            try await spool.withFile { packed in
                try await DiskAssembly(manifest: manifest, source: StoredChunks(chunks: chunks)).write(to: disk.path) {
                    run.report(TaskProgress(phase: "assembling", done: $0, total: manifest.diskSize))
                }
                run.report(TaskProgress(phase: "converting", done: 0, total: nil))
                try await Qcow2Packing(limits: limits).convert(
                    disk.path, to: packed.path, virtualSize: manifest.diskSize)
                let file = AppendedFile(path: packed.path)
                let size = try await file.size() ?? 0
                var offset: UInt64 = 0
                return try await send(size: size) { wanted in
                    let part = try await file.bytes(at: offset, count: wanted)
                    offset += UInt64(part.readableBytes)
                    return part
                }
            }
        }
    }

    private func sendChunks(
        _ order: ExportOrder, _ manifest: Manifest, _ client: S3Client, _ task: TaskRecord, _ run: TaskRun
    ) async throws {
        let digests = Array(Set(manifest.chunks.compactMap { $0 }))
        let keys = Set(digests.map { ExportOrder.chunkKey($0, prefix: order.chunkPrefix) })
        var there: [String: Int] = [:]
        try await client.forEachObject(prefix: order.chunkPrefix) { object in
            if keys.contains(object.key) { there[object.key] = object.size }
        }
        let known = there
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, digest) in digests.enumerated() {
                if index >= Self.chunksAtOnce { try await group.next() }
                run.report(
                    TaskProgress(
                        phase: "exporting", done: UInt64(index * manifest.chunkSize),
                        total: UInt64(digests.count * manifest.chunkSize)))
                group.addTask {
                    let frame = try await chunks.verifiedFrame(of: digest)
                    let key = ExportOrder.chunkKey(digest, prefix: order.chunkPrefix)
                    guard known[key] != frame.readableBytes else { return }
                    try await client.put(key, frame)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Where an export goes on: where its own task was, else where the last export of the same objects failed.
    private func known(
        of order: ExportOrder, _ task: TaskRecord, _ run: TaskRun
    ) async throws -> PartedUpload.Known? {
        var checkpoint = task.checkpoint
        if checkpoint == nil, let earlier = try await lastExport(of: order, before: task), earlier.state == .failed {
            checkpoint = earlier.checkpoint
            if let checkpoint { try await run.keep(checkpoint: checkpoint) }
        }
        return try checkpoint.map { try JSONDecoder().decode(PartedUpload.Known.self, from: Data($0.utf8)) }
    }

    /// The newest that has sent something: one that ended before that changes nothing.
    private func lastExport(of order: ExportOrder, before task: TaskRecord) async throws -> TaskRecord? {
        try await provisioner.store.read { try $0.tasks(accountID: task.accountID, before: task.id, limit: .max) }
            .first { earlier in
                guard earlier.kind == .export, earlier.checkpoint != nil || earlier.state == .done else { return false }
                let known = try? JSONDecoder().decode(ExportOrder.self, from: Data(earlier.order.utf8))
                return known?.makesSameObjects(as: order) ?? false
            }
    }

    /// Runs `work` for as long as the account may take the image away.
    private func withLeave(
        _ order: ExportOrder, _ task: TaskRecord, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: work)
            group.addTask {
                while true {
                    try await pause(Self.leaveInterval)
                    try await requireLeave(order, task.accountID)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func requireLeave(_ order: ExportOrder, _ accountID: String) async throws {
        _ = try await provisioner.store.read { try $0.copyable(order, accountID: accountID, now: now) }
    }

    private func hasLeave(_ order: ExportOrder, _ accountID: String) async -> Bool {
        do {
            try await requireLeave(order, accountID)
            return true
        } catch {
            return false
        }
    }
}

/// An export that the object storage ended.
struct InterruptedExport: Error, CustomStringConvertible {
    let cause: S3Error

    var description: String {
        "\(cause). Once that is mended, order the same export again: it sends what is missing"
    }
}

extension StoreTransaction {
    /// The revision of an export, where the account may take it away.
    fileprivate func copyable(_ order: ExportOrder, accountID: String, now: Int64) throws -> RevisionRecord {
        guard let account = try account(id: accountID), let image = try image(id: order.imageID),
            let seen = try seen(image, by: account, now: now),
            let revision = seen.revision(numbered: order.revision), seen.mayCopy(revision)
        else {
            throw ProvisioningError(.notFound, "the revision is not there (any more), or is not yours to take away")
        }
        return revision
    }
}
