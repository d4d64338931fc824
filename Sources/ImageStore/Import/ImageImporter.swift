import FoundationEssentials
package import ImageFormat
import NIOCore
package import NIOPosix

/// Which of some chunks the owner of a new image can read already.
package typealias ChunkClaiming = @Sendable ([ChunkDigest]) async throws -> Set<ChunkDigest>

/// Makes chunks and a signed manifest of a disk image.
package struct ImageImporter: Sendable {
    let chunks: any ChunkStore
    let manifests: any ManifestStore
    let leases: ChunkLeases
    private let inspector: any DiskInspecting
    private let examiner: any ImageExamining
    let spool: SpoolDirectory
    let limits: ImportLimits
    private let guarded: GuardedClient
    let bootFiles: MachineBootFiles
    let pool: NIOThreadPool
    let codec = ChunkCodec()
    private let width: Int

    /// - Parameters:
    ///   - leases: shared with the sweep of the same stores.
    ///   - spoolDirectory: where downloads and conversions lie while an import runs.
    ///   - guarded: makes the clients of downloads.
    ///   - bootFiles: the boot loader of root file systems that bring none.
    ///   - pool: runs what blocks: reading, unpacking, hashing, packing.
    ///   - width: how many chunks are packed at once.
    package init(
        chunks: any ChunkStore, manifests: any ManifestStore, leases: ChunkLeases,
        inspector: any DiskInspecting = DiskInspector(), examiner: any ImageExamining = ImageExaminer(),
        spoolDirectory: String, limits: ImportLimits = ImportLimits(),
        guarded: GuardedClient = GuardedClient(policy: { DownloadPolicy() }),
        bootFiles: MachineBootFiles = MachineBootFiles(), pool: NIOThreadPool = .singleton, width: Int = 4
    ) {
        self.chunks = chunks
        self.manifests = manifests
        self.leases = leases
        self.inspector = inspector
        self.examiner = examiner
        spool = SpoolDirectory(path: spoolDirectory, pool: pool)
        self.limits = limits
        self.guarded = guarded
        self.bootFiles = bootFiles
        self.pool = pool
        self.width = max(width, 1)
    }

    /// Imports one image: its chunks are durable before its manifest is written. Whatever fails, and when the task is
    /// cancelled, no file is left in the spool and no manifest is written; chunks that are left go with the next sweep.
    /// - Parameters:
    ///   - mayClaim: which of some chunks may be taken from the store, should they be there.
    ///   - record: makes the new revision known; until it has returned no sweep touches what the image names.
    package func importImage(
        _ request: ImportRequest, signer: any ManifestSigner,
        mayClaim: @escaping ChunkClaiming = { Set($0) },
        record: @Sendable (ImportedImage) async throws -> Void = { _ in },
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportedImage {
        let lease = await leases.begin()
        let run = Run(signer: signer, lease: lease, mayClaim: mayClaim, progress: progress)
        do {
            let image = try await withSource(request, progress: progress) { path in
                try await importDisk(path, request, run)
            }
            try await record(image)
            await leases.end(lease)
            return image
        } catch {
            await leases.end(lease)
            throw error
        }
    }

    /// What all steps of one import share.
    private struct Run: Sendable {
        let signer: any ManifestSigner
        let lease: ChunkLeases.Lease
        let mayClaim: ChunkClaiming
        let progress: @Sendable (ImportProgress) -> Void
    }

    /// Runs `body` with a local file of the right digest.
    private func withSource<T>(
        _ request: ImportRequest, progress: @escaping @Sendable (ImportProgress) -> Void,
        _ body: (String) async throws -> T
    ) async throws -> T {
        let expected = try Self.digest(request.sha256)
        switch request.source {
        case .file(let path):
            guard path.hasPrefix("/") else { throw ImportError.invalidRequest("'\(path)' is not an absolute path") }
            try await checkFile(path, expected: expected, progress: progress)
            return try await body(path)
        case .url(let url):
            return try await spool.withFile { file in
                let writer = SpoolWriter(file: file, limit: limits.maximumSourceSize, pool: pool)
                let isChecked = expected != nil || request.sha512 != nil
                let download = Download(limits: limits, guarded: guarded, isChecked: isChecked)
                let found = try await download.fetch(url, into: writer, progress: progress)
                try Self.require(found.description, expected?.description)
                if let sha512 = request.sha512 {
                    try Self.require(await FileDigest.sha512(of: file.path, pool: pool), sha512)
                }
                return try await body(file.path)
            }
        }
    }

    private static func digest(_ text: String?) throws -> ChunkDigest? {
        guard let text else { return nil }
        guard let digest = ChunkDigest(text) else {
            throw ImportError.invalidRequest("'\(text)' is not a SHA-256 digest: 64 lower-case hexadecimal digits")
        }
        return digest
    }

    private static func require(_ found: String, _ expected: String?) throws {
        guard let expected, found != expected else { return }
        throw ImportError.wrongChecksum(expected: expected, found: found)
    }

    private func checkFile(
        _ path: String, expected: ChunkDigest?, progress: @Sendable (ImportProgress) -> Void
    ) async throws {
        let size = try await pool.runIfActive { try OpenFile(reading: path).size() }
        guard size <= limits.maximumVirtualSize else {
            throw ImportError.tooLarge(what: "the source of \(size) bytes", limit: limits.maximumVirtualSize)
        }
        guard expected != nil else { return }
        let digest = try await FileDigest.of(path, pool: pool) {
            progress(ImportProgress(phase: .checking, bytesRead: $0, total: size))
        }
        try Self.require(digest.description, expected?.description)
    }

    /// Brings the file into the form of a raw disk and stores that.
    private func importDisk(
        _ path: String, _ request: ImportRequest, _ run: Run
    ) async throws -> ImportedImage {
        switch (request.format, request.compression) {
        case (.raw, .none):
            try ContainerProbe.requireRaw(FileStart.read(path, count: 64))
            let reader = BlockReader(try blocks(of: path))
            let tally = try await store(reader, copy: nil, run)
            return try await finish(tally, disk: path, run)
        case (.raw, let compression):
            return try await spool.withFile { copy in
                let reader = BlockReader(try unpacked(path, compression))
                let tally = try await store(reader, copy: copy, run)
                try copy.truncate(to: tally.diskSize)
                return try await finish(tally, disk: copy.path, run)
            }
        case (.tar, _):
            return try await withDisk(ofArchive: path, request, progress: run.progress) { disk in
                let tally = try await store(BlockReader(try blocks(of: disk)), copy: nil, run)
                return try await finish(tally, disk: disk, run)
            }
        case (.container(let format), .none):
            return try await importContainer(path, format, run)
        case (.container(let format), let compression):
            return try await spool.withFile { copy in
                try await unpack(BlockReader(try unpacked(path, compression)), into: copy, progress: run.progress)
                return try await importContainer(copy.path, format, run)
            }
        }
    }

    private func importContainer(
        _ path: String, _ format: ContainerFormat, _ run: Run
    ) async throws -> ImportedImage {
        let limit = limits.maximumVirtualSize
        let virtualSize = try await pool.runIfActive { try format.check(path, limit: limit) }
        return try await spool.withFile { disk in
            run.progress(ImportProgress(phase: .converting, total: virtualSize))
            try await ContainerConversion(limits: limits).convert(
                path, format, to: disk.path, virtualSize: virtualSize)
            let reader = BlockReader(try blocks(of: disk.path))
            let tally = try await store(reader, copy: nil, run)
            return try await finish(tally, disk: disk.path, run)
        }
    }

    private func finish(
        _ tally: ChunkTally, disk: String, _ run: Run
    ) async throws -> ImportedImage {
        run.progress(ImportProgress(phase: .inspecting, bytesStored: tally.bytesStored))
        let facts = try await inspector.inspect(disk)
        let manifest = Manifest(
            diskSize: tally.diskSize, sectorSize: facts.sectorSize, chunks: tally.chunks,
            partitionTable: facts.partitionTable, os: facts.os, firmware: facts.firmware)
        try manifest.validate()
        let examination = try await examine(disk, manifest)
        run.progress(ImportProgress(phase: .finishing, bytesStored: tally.bytesStored))
        let document = try run.signer.sign(manifest.encoded())
        let digest = ChunkDigest(of: Array(document.payload))
        await leases.take(digest, for: run.lease)
        try Task.checkCancellation()
        try await manifests.write(document)
        return ImportedImage(
            digest: digest, manifest: manifest, storedSizes: tally.storedSizes, examination: examination,
            newChunks: tally.newChunks, bytesStored: tally.bytesStored)
    }

    /// What a raw disk holds.
    func examine(_ disk: String, _ manifest: Manifest) async throws -> ImageExamination {
        try await examiner.examine(disk, manifest: manifest, spool: spool)
    }

    private func store(_ reader: BlockReader, copy: SpoolFile?, _ run: Run) async throws -> ChunkTally {
        let pipeline = ChunkPipeline(
            chunks: chunks, leases: leases, codec: codec, pool: pool, width: width, mayClaim: run.mayClaim)
        return try await pipeline.run(reader, lease: run.lease, copy: copy, progress: run.progress)
    }

    private func blocks(of path: String) throws -> SparseFileBlocks {
        try SparseFileBlocks(path: path, chunkSize: Manifest.defaultChunkSize, limit: limits.maximumVirtualSize)
    }

    private func unpacked(_ path: String, _ compression: Compression) throws -> StreamBlocks {
        let total = try OpenFile(reading: path).size()
        let source = try compression.unpacking(FileBytes(path: path), memoryLimit: limits.decoderMemory)
        return StreamBlocks(
            source, total: total, chunkSize: Manifest.defaultChunkSize, limit: limits.maximumVirtualSize)
    }

    /// Writes an unpacked stream to a spool file.
    private func unpack(
        _ reader: BlockReader, into file: SpoolFile, progress: @Sendable (ImportProgress) -> Void
    ) async throws {
        var size: UInt64 = 0
        while let run = try await pool.runIfActive({ try reader.next() }) {
            guard case .data(let bytes) = run else { continue }
            let offset = size
            try await pool.runIfActive { try bytes.withUnsafeReadableBytes { try file.write($0, at: offset) } }
            size += UInt64(bytes.readableBytes)
            let position = reader.position
            progress(ImportProgress(phase: .unpacking, bytesRead: position.consumed, total: position.total))
        }
        try file.truncate(to: size)
    }
}
