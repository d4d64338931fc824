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
        var isSending = false
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

    /// Returns when the server has taken every event so far, so that it knows of a phase before the next one begins; throws
    /// where it refuses them: the attempt is over. A server that is away is waited for as long as the deployment is patient.
    package func settle(_ deployment: DeploymentContext) async throws {
        try await deployment.patiently { try await self.send() }
    }

    /// Sends what waits, once; the server's answer does not matter any more.
    package func flush() async { try? await send() }

    /// Sends what waits, after what is under way already.
    private func send() async throws {
        while true {
            let batch = state.withLock { state -> [AgentEvent]? in
                guard !state.isSending else { return nil }
                state.isSending = !state.waiting.isEmpty
                defer { state.waiting = [] }
                return state.waiting
            }
            guard let batch else {
                try await Task.sleep(for: .milliseconds(10))
                continue
            }
            guard !batch.isEmpty else { return }
            do {
                try await server.send(EventBatch(events: batch))
                return state.withLock { $0.isSending = false }
            } catch {
                state.withLock { state in
                    state.isSending = false
                    state.waiting = batch + state.waiting
                }
                throw error
            }
        }
    }
}
