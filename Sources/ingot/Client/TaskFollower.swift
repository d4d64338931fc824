import ImageFormat
import UnixSignals
import UserAPI

/// Shows a task until it ends.
struct TaskFollower: Sendable {
    let client: APIClient

    /// How long is waited before the next question: a tenth of the time since the first, within these bounds.
    private static let shortestWait = Duration.milliseconds(20)
    private static let longestWait = Duration.milliseconds(300)

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
        guard detail.state != .cancelled else { throw TaskCancelled(what: "\(detail.kind.rawValue) \(id)") }
        guard detail.state == .done else {
            throw CommandError(
                "\(detail.kind.rawValue) \(id) is \(detail.state.rawValue): \(detail.failure ?? "no reason given")")
        }
        return detail
    }

    /// As `follow`, of an import: prints the revision that it has made, and what preflight says of it.
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
        for line in detail.report ?? [] { print("  \(line)") }
    }

    /// The task once it has ended.
    private func end(of id: String) async throws -> TaskDetail {
        let began = ContinuousClock.now
        while true {
            let detail: TaskDetail = try await client.get(APIRoute.task(id))
            if detail.state.isFinal { return detail }
            Terminal.redraw(Self.line(detail))
            let wait = min(max((ContinuousClock.now - began) / 10, Self.shortestWait), Self.longestWait)
            try await Task.sleep(for: wait)
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

/// A task that was cancelled while it was followed, here or by somebody else.
struct TaskCancelled: Error, CustomStringConvertible {
    let what: String

    var description: String { "\(what) was cancelled" }
}
