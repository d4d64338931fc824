import ImageFormat
import UnixSignals
import UserAPI

/// Shows a task until it ends.
struct TaskFollower: Sendable {
    let client: APIClient

    private static let interval = Duration.milliseconds(300)

    /// Returns the task that has ended well; throws where it fails or is cancelled. Control-C (SIGINT) cancels it on the
    /// server; a second one gives up waiting for its end.
    func follow(_ id: String) async throws -> TaskDetail {
        let signals = await UnixSignalsSequence(trapping: .sigint)
        let detail = try await withThrowingTaskGroup(of: TaskDetail.self) { group in
            group.addTask { try await end(of: id) }
            group.addTask { try await cancel(id, at: signals) }
            // The first to end decides; the signals do so only by an error.
            defer { group.cancelAll() }
            guard let detail = try await group.next() else { throw CancellationError() }
            return detail
        }
        Terminal.redraw("")
        guard detail.state != .cancelled else { throw CommandError("\(detail.kind.rawValue) \(id) was cancelled") }
        guard detail.state == .done else {
            throw CommandError(
                "\(detail.kind.rawValue) \(id) is \(detail.state.rawValue): \(detail.failure ?? "no reason given")")
        }
        return detail
    }

    /// As `follow`, of an import: prints the revision that it has made.
    func followImport(_ id: String) async throws {
        let detail = try await follow(id)
        let image: ImageDetail = try await client.get(APIRoute.image(detail.image))
        guard let revision = image.revisions.first(where: { $0.number == detail.revision }) else {
            return print("\(detail.image)@\(detail.revision ?? 0)")
        }
        let system = revision.os.name.map { ", \($0)" } ?? ""
        print(
            "\(detail.image)@\(revision.number)\(system): \(Terminal.bytes(revision.diskSize)), "
                + "\(Terminal.bytes(revision.dataSize)) of data, boots in \(revision.firmware.joined(separator: " and "))"
        )
    }

    /// The task once it has ended.
    private func end(of id: String) async throws -> TaskDetail {
        while true {
            let detail: TaskDetail = try await client.get(APIRoute.task(id))
            if detail.state.isFinal { return detail }
            Terminal.redraw(Self.line(detail))
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Asks the server to cancel the task at the first signal. Ends only by an error: how the task ended is for `end` to
    /// tell.
    private func cancel(_ id: String, at signals: UnixSignalsSequence) async throws -> TaskDetail {
        var isAsked = false
        for await _ in signals {
            guard !isAsked else { throw CommandError("\(id) has not ended yet, but was asked to") }
            isAsked = true
            try await client.delete(APIRoute.task(id))
        }
        throw CancellationError()
    }

    private static func line(_ detail: TaskDetail) -> String {
        guard let phase = detail.phase else { return detail.state.rawValue }
        guard let progress = detail.progress, progress.total > 0 || progress.done > 0 else { return phase }
        return "\(phase)  \(Terminal.bar(progress))"
    }
}
