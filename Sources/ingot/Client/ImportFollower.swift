import ImageFormat
import UserAPI

/// Shows an import until it ends.
struct ImportFollower: Sendable {
    let client: APIClient

    private static let interval = Duration.milliseconds(300)

    /// Throws where the import fails; cancels it where this task is cancelled.
    func follow(_ id: String) async throws {
        while true {
            let detail: ImportDetail = try await client.get(APIRoute.import(id))
            if detail.state.isFinal {
                Terminal.redraw("")
                return try Self.conclude(detail)
            }
            Terminal.redraw(Self.line(detail))
            try await Task.sleep(for: Self.interval)
        }
    }

    private static func line(_ detail: ImportDetail) -> String {
        guard let phase = detail.phase else { return detail.state.rawValue }
        guard let progress = detail.progress, progress.total > 0 || progress.done > 0 else { return phase }
        return "\(phase)  \(Terminal.bar(progress))"
    }

    private static func conclude(_ detail: ImportDetail) throws {
        guard detail.state == .done, let revision = detail.revision else {
            throw CommandError(
                "import \(detail.id) is \(detail.state.rawValue): \(detail.failure ?? "no reason given")")
        }
        let system = revision.os.name.map { ", \($0)" } ?? ""
        print(
            "\(detail.image)@\(revision.number)\(system): \(Terminal.bytes(revision.diskSize)), "
                + "\(Terminal.bytes(revision.dataSize)) of data, boots in \(revision.firmware.joined(separator: " and "))"
        )
    }
}
