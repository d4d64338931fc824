import AccessPolicy
import ImageFormat
import ImageStore
import Logging
import Store

/// Compares the image store with what revisions name.
struct CheckPerformer: TaskPerforming {
    let provisioner: Provisioner
    let check: StoreCheck

    /// As many findings are told of one kind.
    private static let findingBound = 50

    var kind: TaskKind { .check }

    func perform(_ task: TaskRecord, _ run: TaskRun) async throws {
        guard let depth = StoreCheck.Depth(rawValue: task.order) else {
            throw ProvisioningError(.invalid, "the order '\(task.order)' is none of a check's")
        }
        let report = try await check.run(
            live: { try await provisioner.store.read { Set(try $0.revisions().map(\.digest)) } },
            depth: depth
        ) { done, total in
            run.report(TaskProgress(phase: "checking", done: UInt64(done), total: UInt64(total)))
        }
        let lines = try await lines(of: report, depth)
        if !report.isClean { provisioner.log.error("the image store is damaged: \(lines.joined(separator: "; "))") }
        try await run.finish(report: lines)
    }

    func clean(up task: TaskRecord) async throws {}

    func prepare() async throws {}

    /// What an administrator does next.
    private static func advice(on report: StoreCheck.Report, _ depth: StoreCheck.Depth) -> String {
        let anew = "import these images again or copy them back from another region: what is missing is stored anew"
        let mayBeRestored = depth == .repair ? [] : report.missingChunks
        return (mayBeRestored + report.damagedChunks).allSatisfy(report.removedChunks.contains)
            ? anew : "run `ingot image fsck --repair`, then \(anew)"
    }

    private func lines(of report: StoreCheck.Report, _ depth: StoreCheck.Depth) async throws -> [String] {
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
                let fate = report.removedChunks.contains(digest) ? " and removed" : ""
                let reason = report.failures[digest].map { ", and could not be repaired: \($0)" } ?? ""
                lines.append("chunk \(digest) is \(word)\(fate): \(users)\(reason)")
            }
        }
        for digest in report.restoredChunks.prefix(Self.findingBound) {
            lines.append("chunk \(digest) is restored")
        }
        if !report.isClean { lines.append(Self.advice(on: report, depth)) }
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
