import AccessPolicy
import ImageFormat
import ImageStore
import Logging
import Store

/// Compares the image store with what revisions name.
struct CheckPerformer: TaskPerforming {
    let provisioner: Provisioner
    let check: StoreCheck

    /// The `order` of a task that only looks whether chunks are there.
    static let quick = "quick"
    /// The `order` of a task that reads every chunk.
    static let full = "full"
    /// As many findings are told of one kind.
    private static let findingBound = 50

    var kind: TaskKind { .check }

    func perform(_ task: TaskRecord, _ run: TaskRun) async throws {
        let report = try await check.run(
            live: { try await provisioner.store.read { Set(try $0.revisions().map(\.digest)) } },
            readsChunks: task.order != Self.quick
        ) { done, total in
            run.report(TaskProgress(phase: "checking", done: UInt64(done), total: UInt64(total)))
        }
        let lines = try await lines(of: report)
        if !report.isClean { provisioner.log.error("the image store is damaged: \(lines.joined(separator: "; "))") }
        try await run.finish(report: lines)
    }

    func clean(up task: TaskRecord) async throws {}

    func prepare() async throws {}

    private func lines(of report: StoreCheck.Report) async throws -> [String] {
        var lines = [
            "\(report.isClean ? "clean" : "damaged"): \(report.manifests) manifests, \(report.chunks) chunks, "
                + "\(report.lostManifests.count) manifests lost, \(report.missingChunks.count) chunks missing, "
                + "\(report.damagedChunks.count) damaged, \(report.orphanedChunks) orphaned"
        ]
        for digest in report.lostManifests.prefix(Self.findingBound) {
            let users = try await provisioner.store.read { try $0.labels(of: $0.revisions(digest: digest)) }
            lines.append("manifest \(digest) is lost: \(users)")
        }
        for (word, digests) in [("missing", report.missingChunks), ("damaged", report.damagedChunks)] {
            for digest in digests.prefix(Self.findingBound) {
                let users = try await provisioner.store.read { try $0.labels(of: $0.revisions(namingChunk: digest)) }
                lines.append("chunk \(digest) is \(word): \(users)")
            }
        }
        return lines
    }
}

extension StoreTransaction {
    /// `alice:web@3, ...`
    fileprivate func labels(of revisions: [RevisionRecord]) throws -> String {
        try revisions.map { revision in
            let image = try image(id: revision.imageID)
            let owner = try image.flatMap { try account(id: $0.ownerID)?.name }
            return "\(owner ?? "?"):\(image?.name ?? revision.imageID)@\(revision.number)"
        }.joined(separator: ", ")
    }
}
