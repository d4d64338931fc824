import AgentProtocol
import Synchronization

/// Counts the bytes of a phase and reports them about once a second.
final class ProgressMeter: Sendable {
    private let phase: PhaseName
    private let total: UInt64
    private let report: @Sendable (AgentEvent) -> Void
    private let state: Mutex<(done: UInt64, next: ContinuousClock.Instant)>

    init(phase: PhaseName, total: UInt64, report: @escaping @Sendable (AgentEvent) -> Void) {
        self.phase = phase
        self.total = total
        self.report = report
        state = Mutex((0, ContinuousClock().now))
    }

    /// Bytes counted so far.
    var done: UInt64 { state.withLock { $0.done } }

    func add(_ bytes: UInt64) {
        let now = ContinuousClock().now
        let due: UInt64? = state.withLock { state in
            state.done += bytes
            guard now >= state.next || state.done == total else { return nil }
            state.next = now + .seconds(1)
            return state.done
        }
        if let due { report(.progress(phase, done: due, total: total)) }
    }
}
