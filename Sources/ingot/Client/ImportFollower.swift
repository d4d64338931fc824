import ImageFormat
import UnixSignals
import UserAPI

/// Shows an import until it ends.
struct ImportFollower: Sendable {
    let client: APIClient

    private static let interval = Duration.milliseconds(300)

    /// Throws where the import fails or is cancelled. Control-C (SIGINT) cancels it on the server; a second one gives up
    /// waiting for its end.
    func follow(_ id: String) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint)
        let detail = try await withThrowingTaskGroup(of: ImportDetail.self) { group in
            group.addTask { try await end(of: id) }
            group.addTask { try await cancel(id, at: signals) }
            // The first to end decides; the signals do so only by an error.
            defer { group.cancelAll() }
            guard let detail = try await group.next() else { throw CancellationError() }
            return detail
        }
        Terminal.redraw("")
        try Self.conclude(detail)
    }

    /// The import once it has ended.
    private func end(of id: String) async throws -> ImportDetail {
        while true {
            let detail: ImportDetail = try await client.get(APIRoute.import(id))
            if detail.state.isFinal { return detail }
            Terminal.redraw(Self.line(detail))
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Asks the server to cancel the import at the first signal. Ends only by an error: how the import ended is for
    /// `end` to tell.
    private func cancel(_ id: String, at signals: UnixSignalsSequence) async throws -> ImportDetail {
        var isAsked = false
        for await _ in signals {
            guard !isAsked else { throw CommandError("import \(id) has not ended yet, but was asked to") }
            isAsked = true
            try await client.delete(APIRoute.import(id))
        }
        throw CancellationError()
    }

    private static func line(_ detail: ImportDetail) -> String {
        guard let phase = detail.phase else { return detail.state.rawValue }
        guard let progress = detail.progress, progress.total > 0 || progress.done > 0 else { return phase }
        return "\(phase)  \(Terminal.bar(progress))"
    }

    private static func conclude(_ detail: ImportDetail) throws {
        guard detail.state != .cancelled else { throw CommandError("import \(detail.id) was cancelled") }
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
