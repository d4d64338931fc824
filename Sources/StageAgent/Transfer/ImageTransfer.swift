import AgentProtocol
import ImageFormat
import LinuxSystem
import NIOCore

/// Brings an image from the server to the disk. A bounded number of tasks share the work; each holds one compressed and
/// one plain chunk at most, so memory does not depend on the image's size.
struct ImageTransfer: Sendable {
    let deployment: DeploymentContext
    let manifest: Manifest
    let medium: any DiskMedium
    let meter: ProgressMeter

    /// What is zeroed by one request.
    private static let largestHole: UInt64 = 256 << 20
    /// Bytes of plain chunks in memory at one time: images with large chunks have fewer tasks, but four at least.
    private static let bufferMemory = 24 << 20

    /// Puts everything onto the disk but the partition table, which it returns.
    func run() async throws -> TableArea {
        let pace = FlushPace()
        let area = SharedTableArea(TableArea(imageSize: manifest.diskSize, sectorSize: manifest.sectorSize))
        let spans = DiskSpan.all(of: manifest, largestHole: Self.largestHole)
        let holes = SpanQueue(spans.filter { $0.digest == nil })
        let chunks = SpanQueue(spans.filter { $0.digest != nil })
        let tasks = min(deployment.settings.connections, max(4, Self.bufferMemory / manifest.chunkSize))
        let workers = try AlignedBuffer.array(tasks, of: manifest.chunkSize).map {
            try ChunkWorker(medium: medium, area: area, pace: pace, buffer: $0)
        }
        // Holes first: some devices wait for every write under way before they zero, and no write starts meanwhile.
        if let first = workers.first { try await work(first, through: holes) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in workers {
                group.addTask { try await work(worker, through: chunks) }
            }
            try await group.waitForAll()
        }
        return area.value
    }

    private func work(_ worker: ChunkWorker, through spans: SpanQueue) async throws {
        while let span = spans.next() {
            try Task.checkCancellation()
            if try await isRightAlready(span, worker) {
                deployment.note { $0.tally.skipped += UInt64(span.range.count) }
            } else {
                try await fill(span, worker)
                deployment.note { $0.tally.written += UInt64(span.range.count) }
            }
            meter.add(UInt64(span.range.count))
        }
    }

    /// A first attempt finds a strange disk, on which nothing is right but by chance: reading it first costs more than it
    /// saves. The chunks with the table are always fetched, for the table.
    private func isRightAlready(_ span: DiskSpan, _ worker: ChunkWorker) async throws -> Bool {
        guard deployment.order.attempt > 1, !worker.area.overlaps(span.range) else { return false }
        return try await deployment.blocking { try attempt(.diskError) { try worker.isRight(span) } }
    }

    private func fill(_ span: DiskSpan, _ worker: ChunkWorker) async throws {
        guard let digest = span.digest else {
            return try await deployment.blocking { try attempt(.diskError) { try worker.medium.zero(span.range) } }
        }
        var faults: [String] = []
        while faults.count < deployment.settings.chunkAttempts {
            let fault = try await fetch(digest, span, worker, afresh: !faults.isEmpty)
            guard let fault else { return }
            faults.append(fault)
        }
        throw PhaseFailure(
            .chunkRefused,
            "chunk \(digest) was fetched \(faults.count) times and is wrong each time: \(faults.last ?? "")")
    }

    /// Fetches a chunk and places it; returns what is wrong with it.
    private func fetch(
        _ digest: ChunkDigest, _ span: DiskSpan, _ worker: ChunkWorker, afresh: Bool
    ) async throws -> String? {
        let frame = try await deployment.patiently { try await deployment.server.chunk(digest, afresh: afresh) }
        deployment.note { $0.tally.fetched += UInt64(frame.readableBytes) }
        return try await deployment.blocking {
            try attempt(.diskError) { try worker.place(frame, span, digest: digest) }
        }
    }
}
