/// What a cause is looked for in: one attempt, and what is known beside it.
struct BootEvidence: Sendable {
    let attempt: BootAttempt
    /// This attempt and the ones before it, oldest first.
    let attempts: [BootAttempt]
    /// Whether the host has not started anew since.
    let isNewest: Bool
    let context: DiagnosisContext
    /// Milliseconds since 1970.
    let now: Int64

    /// How long ago the event at `index` was, in milliseconds; without end in an attempt that is over.
    func age(of index: Int) -> Int64 { isNewest ? now - attempt.events[index].at : .max }
}
