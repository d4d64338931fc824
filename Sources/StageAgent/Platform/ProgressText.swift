package import AgentProtocol

/// Turns the events of a deployment into what a console shows.
package struct ProgressText: Sendable {
    private var began: (phase: PhaseName, at: ContinuousClock.Instant)?

    package init() {}

    /// What an event changes on the console.
    package enum Change: Hashable, Sendable {
        case line(String)
        case progress(String)
        case finished(String)
    }

    /// The change for an event that came at `now`.
    package mutating func change(for event: AgentEvent, now: ContinuousClock.Instant) -> Change {
        switch event {
        case .phaseStarted(let phase):
            began = (phase, now)
            return .progress("\(phase.rawValue) ...")
        case .progress(let phase, let done, let total):
            return .progress(progress(phase, done: done, total: total, now: now))
        case .phaseFinished(let phase, let milliseconds):
            return .finished("\(phase.rawValue): done in \(Self.seconds(milliseconds)) s")
        case .log(let text):
            return .line(text)
        }
    }

    /// `write 42% of 2.1 GB, 85.3 MB/s, 14 s left`.
    private func progress(_ phase: PhaseName, done: UInt64, total: UInt64, now: ContinuousClock.Instant) -> String {
        let share = total == 0 ? 100 : Double(min(done, total)) * 100 / Double(total)
        var text = "\(phase.rawValue) \(Int(share))% of \(DiskSize.text(total))"
        if let began, began.phase == phase {
            let elapsed = (now - began.at).components
            let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
            let rate = seconds > 0.5 ? Double(done) / seconds : 0
            if rate > 1, rate < 1e15 {
                let left = Double(total - min(done, total)) / rate
                text += ", \(DiskSize.text(UInt64(rate)))/s, \(Int(min(left, 1e6)) + 1) s left"
            }
        }
        return text
    }

    private static func seconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(milliseconds % 1000 / 100)"
    }
}
