package import AgentProtocol
import Synchronization

/// Sends a deployment's events to the server, a second's worth at a time, and shows them on the console at once.
package final class EventForwarder: DeploymentReporter {
    private let server: any StageServer
    private let console: any DeploymentReporter
    private let state = Mutex(State())

    private struct State {
        var waiting: [AgentEvent] = []
        var phase = PhaseName.inspect
    }

    /// Events beyond this many are dropped, the oldest first: the server was away for long.
    private static let limit = 2000

    package init(server: any StageServer, console: any DeploymentReporter) {
        self.server = server
        self.console = console
    }

    /// The phase that began last.
    package var phase: PhaseName { state.withLock { $0.phase } }

    package func report(_ event: AgentEvent) {
        console.report(event)
        state.withLock { state in
            if case .phaseStarted(let phase) = event { state.phase = phase }
            // Only the newest progress of a phase is of interest.
            if case .progress(let phase, _, _) = event, case .progress(phase, _, _)? = state.waiting.last {
                state.waiting.removeLast()
            }
            state.waiting.append(event)
            if state.waiting.count > Self.limit { state.waiting.removeFirst() }
        }
    }

    /// Sends events until the task is cancelled, which returns nil, or the server refuses them. A server that has the
    /// result already may.
    package func run() async -> PhaseFailure? {
        while true {
            do {
                try await Task.sleep(for: .seconds(1))
                try await send()
            } catch ServerError.refused(let status, let reason) where !Self.isReported(phase) {
                return PhaseFailure(.cancelled, "the server ended this attempt (\(status)): \(reason)")
            } catch is CancellationError {
                return nil
            } catch {
                if Task.isCancelled { return nil }
            }
        }
    }

    private static func isReported(_ phase: PhaseName) -> Bool { phase == .report || phase == .reboot }

    /// Sends what waits, once; the server's answer does not matter any more.
    package func flush() async { try? await send() }

    private func send() async throws {
        let batch = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !batch.isEmpty else { return }
        do {
            try await server.send(EventBatch(events: batch))
        } catch {
            state.withLock { $0.waiting = batch + $0.waiting }
            throw error
        }
    }
}
