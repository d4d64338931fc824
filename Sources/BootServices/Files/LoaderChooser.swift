package import BootPolicy
package import BootTimeline
package import NetworkTypes
import Synchronization

/// The loader policy with its memory: what is offered to whom, and what came of it. Answers from memory.
package final class LoaderChooser: BootFileChoosing {
    private let knowledge: @Sendable (MACAddress) -> LoaderKnowledge?
    private let observer: any BootObserving
    private let milliseconds: @Sendable () -> Int64
    private let state: Mutex<State>

    private struct State {
        var policy: BootFilePolicy
        var attempts: LoaderAttempts
    }

    /// - Parameters:
    ///   - knowledge: what the stage reported of the host with a MAC address; must answer from memory.
    ///   - milliseconds: since 1970.
    package init(
        policy: BootFilePolicy, attempts: LoaderAttempts = LoaderAttempts(),
        knowledge: @escaping @Sendable (MACAddress) -> LoaderKnowledge?, observer: any BootObserving,
        milliseconds: @escaping @Sendable () -> Int64
    ) {
        self.knowledge = knowledge
        self.observer = observer
        self.milliseconds = milliseconds
        state = Mutex(State(policy: policy, attempts: attempts))
    }

    /// Goes by another policy from now on. What came of earlier offers stays known.
    package func use(_ policy: BootFilePolicy) { state.withLock { $0.policy = policy } }

    package func answer(to request: BootRequest) -> BootAnswer {
        let known = knowledge(request.mac) ?? LoaderKnowledge()
        let now = milliseconds()
        return state.withLock { state in
            switch state.policy.choice(for: request, knowing: known) {
            case .settled(let answer): return answer
            case .offer(let list):
                guard
                    let offer = state.attempts.offered(
                        list, to: request.mac, attempt: request.attempt, model: known.model, now: now)
                else {
                    return .none(reason: "no loader fits")
                }
                if let given = offer.insteadOf {
                    observer.record(
                        BootEvent(at: now, mac: request.mac, occurrence: .fallback(from: given, to: offer.loader)))
                }
                return state.policy.answer(offering: offer.loader, isOverHTTP: list.isOverHTTP, to: request)
            }
        }
    }

    /// The loader of this host asked what to do, or its stage greeted: what was offered last works.
    package func progressed(_ mac: MACAddress) { state.withLock { $0.attempts.progressed(mac) } }
}
