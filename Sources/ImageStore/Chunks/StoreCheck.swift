package import ImageFormat
import NIOCore
package import NIOPosix

/// Looks whether an image store holds what its revisions name, and nothing else.
package struct StoreCheck: Sendable {
    /// How closely a check looks.
    package enum Depth: String, Sendable {
        /// Chunks are only looked for.
        case presence = "quick"
        /// Every chunk is read and compared with its name.
        case contents = "full"
        /// As `contents`; what is missing or damaged is restored where this machine has a right copy. Else what is damaged
        /// is removed: whoever can read a chunk of the store does not store it again.
        case repair
    }

    /// What a check found.
    package struct Report: Hashable, Sendable {
        /// How many manifests and chunks were looked at.
        package var manifests = 0
        package var chunks = 0
        /// Manifests that are not there, or are not what was stored.
        package var lostManifests: [ChunkDigest] = []
        package var missingChunks: [ChunkDigest] = []
        /// Chunks whose bytes are not those of their names.
        package var damagedChunks: [ChunkDigest] = []
        /// Which of the damaged chunks were removed: the next import or copy of the same data stores them anew.
        package var removedChunks: Set<ChunkDigest> = []
        /// Chunks that were missing or damaged, and are right now.
        package var restoredChunks: [ChunkDigest] = []
        /// Why chunks could not be repaired that could have been.
        package var failures: [ChunkDigest: String] = [:]
        /// Chunks that nothing names: the next sweep removes them.
        package var orphanedChunks = 0

        /// Whether every revision can be deployed.
        package var isClean: Bool { lostManifests.isEmpty && missingChunks.isEmpty && damagedChunks.isEmpty }
    }

    private let chunks: any ChunkStore
    private let manifests: any ManifestStore
    private let leases: ChunkLeases
    private let pool: NIOThreadPool
    private let width: Int

    package init(
        chunks: any ChunkStore, manifests: any ManifestStore, leases: ChunkLeases,
        pool: NIOThreadPool = .singleton, width: Int = 4
    ) {
        self.chunks = chunks
        self.manifests = manifests
        self.leases = leases
        self.pool = pool
        self.width = max(width, 1)
    }

    /// Checks once; runs beside imports, deployments and sweeps.
    /// - Parameters:
    ///   - live: the manifests of every revision, read at the beginning and again where something was found.
    ///   - progress: is told how many chunks of how many were looked at.
    package func run(
        live: @Sendable () async throws -> Set<ChunkDigest>, depth: Depth,
        progress: @Sendable (Int, Int) -> Void
    ) async throws -> Report {
        var report = Report()
        let begun = try await live()
        let (named, lost) = try await namedChunks(of: begun)
        report.manifests = begun.count
        report.lostManifests = lost
        try await check(named, depth, &report, progress)
        if !report.isClean {
            let left = try await live()
            try await dropRemoved(from: &report, live: left)
        }
        if depth == .repair { try await repair(&report) }
        var orphans = 0
        try await chunks.forEachDigest { digest in
            guard !named.contains(digest), await !leases.isHeld(digest) else { return }
            orphans += 1
        }
        // What a manifest names that could not be read may be among them.
        report.orphanedChunks = orphans
        return report
    }

    /// What manifests name, and which of them cannot be read.
    private func namedChunks(
        of live: Set<ChunkDigest>
    ) async throws -> (named: Set<ChunkDigest>, lost: [ChunkDigest]) {
        var named: Set<ChunkDigest> = []
        var lost: [ChunkDigest] = []
        for digest in live.sorted(by: { $0.description < $1.description }) {
            do {
                guard let document = try await manifests.read(digest) else {
                    lost.append(digest)
                    continue
                }
                named.formUnion(try Manifest.decode(document.payload).chunks.compactMap { $0 })
            } catch is DamagedManifest {
                lost.append(digest)
            } catch is ManifestError {
                lost.append(digest)
            }
        }
        return (named, lost)
    }

    /// Drops findings that no revision names any more: its image was removed beside the check.
    private func dropRemoved(from report: inout Report, live: Set<ChunkDigest>) async throws {
        let named = try await namedChunks(of: live).named
        report.lostManifests.removeAll { !live.contains($0) }
        report.missingChunks.removeAll { !named.contains($0) }
        report.damagedChunks.removeAll { !named.contains($0) }
    }

    private enum Finding { case right, missing, damaged }

    private func check(
        _ named: Set<ChunkDigest>, _ depth: Depth, _ report: inout Report, _ progress: @Sendable (Int, Int) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (ChunkDigest, Finding).self) { group in
            var inFlight = 0
            func note(_ digest: ChunkDigest, _ finding: Finding) {
                report.chunks += 1
                switch finding {
                case .right: break
                case .missing: report.missingChunks.append(digest)
                case .damaged: report.damagedChunks.append(digest)
                }
                if report.chunks % 64 == 0 || report.chunks == named.count { progress(report.chunks, named.count) }
            }
            for digest in named {
                if inFlight == width, let (done, finding) = try await group.next() {
                    note(done, finding)
                    inFlight -= 1
                }
                group.addTask { (digest, try await look(at: digest, depth)) }
                inFlight += 1
            }
            for try await (digest, finding) in group { note(digest, finding) }
        }
    }

    private enum Repair { case restored, removed }

    private func repair(_ report: inout Report) async throws {
        for digest in report.missingChunks + report.damagedChunks {
            do {
                // Nothing is repaired while an import counts on the chunk, or may bring it anew.
                switch try await leases.whileCondemned(digest, { try await repair(digest) }) ?? nil {
                case .restored: report.restoredChunks.append(digest)
                case .removed: report.removedChunks.insert(digest)
                case nil: break
                }
            } catch {
                try Task.checkCancellation()
                // What was done to the others is told all the same.
                report.failures[digest] = "\(error)"
            }
        }
        let restored = Set(report.restoredChunks)
        report.missingChunks.removeAll { restored.contains($0) }
        report.damagedChunks.removeAll { restored.contains($0) }
    }

    /// Looks again, and does what can be done; nil where nothing can.
    private func repair(_ digest: ChunkDigest) async throws -> Repair? {
        let finding = try await look(at: digest, .repair)
        if finding == .right {
            // An import may have brought it anew, and ended before it was durable.
            try await chunks.synchronize()
            return .restored
        }
        if let copy = try await copy(of: digest) {
            try await chunks.write([CompressedChunk(digest: digest, frame: copy)])
            try await chunks.synchronize()
            return .restored
        }
        guard finding == .damaged else { return nil }
        try await chunks.remove(digest)
        return .removed
    }

    /// The frame of a right copy, if there is one; a copy that cannot be read has the same fate as its chunk.
    private func copy(of digest: ChunkDigest) async throws -> ByteBuffer? {
        do {
            let frame = try await chunks.frame(of: digest)
            return try await finding(.bytes(frame), digest) == .right ? frame : nil
        } catch is MissingChunk {
            return nil
        } catch let error as FileError where error.isAbsence || error.isDamage {
            return nil
        }
    }

    private func look(at digest: ChunkDigest, _ depth: Depth) async throws -> Finding {
        try Task.checkCancellation()
        guard depth != .presence else {
            return try await chunks.originalSize(of: digest) == nil ? .missing : .right
        }
        guard let stored = try await chunks.readOriginal(digest) else { return .missing }
        return try await finding(stored, digest)
    }

    private func finding(_ stored: StoredChunk, _ digest: ChunkDigest) async throws -> Finding {
        try await pool.runIfActive {
            switch stored {
            case .bytes(let bytes):
                return bytes.withUnsafeReadableBytes { ChunkCodec.isFrame($0, of: digest) } ? .right : .damaged
            case .file(let path, let size):
                do throws(FileError) {
                    let bytes = try OpenFile(reading: path).bytes(at: 0, count: size)
                    return bytes.withUnsafeBytes { ChunkCodec.isFrame($0, of: digest) } ? .right : .damaged
                } catch {
                    if error.isAbsence { return .missing }
                    // It is there all the same: nobody stores it again.
                    if error.isDamage { return .damaged }
                    throw error
                }
            }
        }
    }
}
