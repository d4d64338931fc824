import ImageFormat
package import ImageStore
import Logging
import Provisioning
import ServiceLifecycle
import Store
import Synchronization
package import UserAPI

/// Carries out imports, a bounded number at once and a bounded number waiting, and keeps the image store clean.
package final class ImportService: Service {
    private let provisioner: Provisioner
    private let importer: ImageImporter
    let catalog: ImageCatalog
    let uploads: UploadSpool
    private let width: Int
    private let ledger: Mutex<ImportLedger>
    private let jobs: (stream: AsyncStream<ImportJob>, continuation: AsyncStream<ImportJob>.Continuation)

    /// - Parameters:
    ///   - spool: the importer's spool directory, where uploads lie, too. What a former process left there is removed.
    ///   - limits: the importer's.
    ///   - width: how many imports run at once.
    ///   - waitingLimit: how many may wait.
    package init(
        provisioner: Provisioner, importer: ImageImporter, catalog: ImageCatalog, spool: SpoolDirectory,
        limits: ImportLimits = ImportLimits(), width: Int = 2, waitingLimit: Int = 16
    ) throws {
        self.provisioner = provisioner
        self.importer = importer
        self.catalog = catalog
        self.width = max(width, 1)
        uploads = UploadSpool(spool: spool, limit: limits.maximumSourceSize)
        ledger = Mutex(ImportLedger(waitingLimit: waitingLimit))
        jobs = AsyncStream.makeStream(of: ImportJob.self)
        try spool.empty()
    }

    package func run() async throws {
        await sweep()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                var running = 0
                for await job in self.jobs.stream {
                    if running == self.width {
                        await group.next()
                        running -= 1
                    }
                    group.addTask { await self.carryOut(job) }
                    running += 1
                }
            }
        }
    }

    /// Takes an import of a URL or a file on this machine.
    package func order(_ order: ImageImportRequest) throws -> ImportDetail {
        try submit(order, source: order.source, from: Self.source(order.source), upload: nil)
    }

    /// Takes an import of an upload, which belongs to the service from then on; it is removed where this throws.
    package func order(_ order: ImageImportRequest, upload: SpoolFile) throws -> ImportDetail {
        do {
            return try submit(order, source: "upload", from: .file(upload.path), upload: upload)
        } catch {
            uploads.remove(upload)
            throw error
        }
    }

    /// Throws where an import like this could not be taken now.
    package func check(_ order: ImageImportRequest) throws {
        _ = try Self.request(order, from: .file("/"))
        try ledger.withLock { try $0.requireRoom() }
    }

    /// Every import, newest first.
    package func list() -> [ImportDetail] { ledger.withLock { $0.details(now: provisioner.clock()) } }

    package func detail(_ id: String) throws -> ImportDetail {
        try ledger.withLock { try $0.detail(id, now: provisioner.clock()) }
    }

    /// Cancels an import that has not ended.
    package func cancel(_ id: String) throws { try ledger.withLock { try $0.cancel(id) } }

    private func submit(
        _ order: ImageImportRequest, source: String, from: ImportRequest.Source, upload: SpoolFile?
    ) throws -> ImportDetail {
        let job = ImportJob(
            id: makeID(prefix: "i"), image: order.name, source: source, request: try Self.request(order, from: from),
            upload: upload)
        try ledger.withLock { try $0.add(job) }
        jobs.continuation.yield(job)
        return try detail(job.id)
    }

    private static func request(
        _ order: ImageImportRequest, from source: ImportRequest.Source
    ) throws -> ImportRequest {
        try ImageName.check(order.name)
        guard let format = DiskImageFormat(rawValue: order.format) else {
            throw ProvisioningError(.invalid, "'\(order.format)' is no format: raw or qcow2")
        }
        guard let compression = Compression(rawValue: order.compression ?? "none") else {
            throw ProvisioningError(.invalid, "'\(order.compression ?? "")' is no compression: none, gz, xz or zst")
        }
        if let sha256 = order.sha256, ChunkDigest(sha256) == nil {
            throw ProvisioningError(.invalid, "'\(sha256)' is no SHA-256 digest: 64 lower-case hexadecimal digits")
        }
        return ImportRequest(source: source, format: format, compression: compression, sha256: order.sha256)
    }

    private static func source(_ text: String) throws -> ImportRequest.Source {
        if text.hasPrefix("/") { return .file(text) }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw ProvisioningError(
                .invalid, "'\(text)' is neither an http or https URL nor an absolute path on the server")
        }
        return .url(text)
    }

    private func carryOut(_ job: ImportJob) async {
        let stop = AsyncStream.makeStream(of: Never.self)
        let begins = ledger.withLock { $0.begin(job.id, stop: stop.continuation) }
        guard begins else { return remove(job.upload) }
        provisioner.log.info("import \(job.id) of \(job.source) as image \(job.image) begins")
        do {
            try await Racing.run({ try await self.perform(job) }, until: stop.stream)
            remove(job.upload)
            ledger.withLock { $0.end(job.id, .done) }
            provisioner.log.info("import \(job.id) is done")
        } catch {
            remove(job.upload)
            await sweep()
            fail(job, error)
        }
    }

    private func remove(_ upload: SpoolFile?) {
        if let upload { uploads.remove(upload) }
    }

    private func perform(_ job: ImportJob) async throws {
        _ = try await importer.importImage(
            job.request, signer: DocumentSigner(documents: provisioner.documents),
            record: { image in
                let now = self.provisioner.clock()
                let record = try await self.provisioner.store.write {
                    try $0.addRevision(image: job.image, digest: image.digest, manifest: image.manifest, now: now)
                }
                self.ledger.withLock { $0.note(job.id, revision: ImageRevision(record)) }
            },
            progress: { progress in
                self.ledger.withLock { $0.note(job.id, progress, now: self.provisioner.clock()) }
            })
    }

    private func fail(_ job: ImportJob, _ error: any Error) {
        if error is CancellationError {
            ledger.withLock { $0.end(job.id, .cancelled) }
            provisioner.log.info("import \(job.id) was cancelled")
        } else {
            ledger.withLock { $0.end(job.id, .failed, failure: "\(error)") }
            provisioner.log.warning("import \(job.id) failed: \(error)")
        }
    }

    private func sweep() async {
        guard !Task.isCancelled else { return }
        do {
            let result = try await catalog.sweep()
            if result != ChunkSweep.Result() {
                provisioner.log.info("swept \(result.chunks) chunks and \(result.manifests) manifests")
            }
        } catch {
            provisioner.log.error("cannot sweep the image store: \(error)")
        }
    }
}
