/// When to try again what has failed: soon at first, then every eight seconds, and not for ever.
package struct RetrySchedule: Sendable {
    private let limit: Duration
    private var failures = 0
    private var waited = Duration.zero

    /// - Parameter limit: how long the waits may take together.
    package init(limit: Duration) { self.limit = limit }

    /// The wait before the next try: 1, 2, 4, then 8 seconds; nil where it is time to give up.
    package mutating func failed() -> Duration? {
        let wait = Duration.seconds(1 << min(failures, 3))
        guard waited + wait <= limit else { return nil }
        failures += 1
        waited += wait
        return wait
    }

    /// It went well: the next failure is the first again.
    package mutating func succeeded() { self = RetrySchedule(limit: limit) }
}
