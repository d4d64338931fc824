/// What a host is doing, or what keeps it from booting, for an operator.
package struct Diagnosis: Hashable, Sendable {
    /// The code of a cause, or `ok`. Never changes: programs may compare it.
    package var code: String
    /// One sentence: what was seen.
    package var sentence: String
    /// What to do next.
    package var advice: String

    /// The code of a host that is doing well.
    package static let ok = "ok"

    package var isTrouble: Bool { code != Self.ok }

    /// Former trouble explains why a host asks again only for so long, in milliseconds.
    private static let memory: Int64 = 1_800_000

    /// What `events`, oldest first, say; nil where there are none. The newest attempt that shows trouble counts, and in
    /// it the most specific cause.
    /// - Parameter now: milliseconds since 1970.
    package static func of(events: [BootEvent], context: DiagnosisContext, now: Int64) -> Diagnosis? {
        let attempts = BootAttempt.split(events)
        guard let newest = attempts.last else { return nil }
        let evidence = BootEvidence(attempt: newest, attempts: attempts, isNewest: true, context: context, now: now)
        if let found = trouble(in: evidence) { return found }
        if newest.progress < .loaded, let former = attempts.dropLast().last, newest.began - former.ended <= memory {
            let evidence = BootEvidence(
                attempt: former, attempts: Array(attempts.dropLast()), isNewest: false, context: context, now: now)
            if let found = trouble(in: evidence, reachedSince: newest.progress) { return found }
        }
        return BootSummary(attempt: newest, context: context).diagnosis
    }

    /// - Parameter reachedSince: how far the host has come in a later attempt.
    private static func trouble(in evidence: BootEvidence, reachedSince: BootProgress? = nil) -> Diagnosis? {
        for cause in BootCause.all {
            if let reachedSince, reachedSince >= cause.overcomeAt { continue }
            guard let found = cause.find(evidence), !evidence.attempt.reaches(cause.overcomeAt, after: found.index)
            else { continue }
            return Diagnosis(code: cause.code, sentence: found.sentence, advice: found.advice)
        }
        return nil
    }
}
