import Store
import UserAPI

/// What is known of the tasks that this process carries out, beside their records.
struct RunningTasks: Sendable {
    private struct Entry {
        var progress: TaskProgress?
        /// When the phase began, in seconds since 1970.
        var since: Int64
        /// Ends the task.
        let stop: AsyncStream<Never>.Continuation
        /// False until the record says that the task runs.
        var isCarriedOut = false
    }

    /// The phase of a task whose record says how it ended, and of which something is left.
    static let cleaningUp = "cleaning up"

    private var entries: [String: Entry] = [:]

    mutating func begin(_ id: String, stop: AsyncStream<Never>.Continuation, now: Int64) {
        entries[id] = Entry(since: now, stop: stop)
    }

    mutating func carryOut(_ id: String) { entries[id]?.isCarriedOut = true }

    mutating func note(_ id: String, _ progress: TaskProgress, now: Int64) {
        guard var entry = entries[id] else { return }
        if entry.progress?.phase != progress.phase { entry.since = now }
        entry.progress = progress
        entries[id] = entry
    }

    mutating func end(_ id: String) { entries[id] = nil }

    /// Asks a task to stop; false where this process does not carry it out.
    func stop(_ id: String) -> Bool {
        guard let entry = entries[id] else { return false }
        entry.stop.finish()
        return true
    }

    /// A task as clients see it: it has ended when nothing is left of what it made on its way.
    func detail(of task: TaskRecord, now: Int64) -> TaskDetail {
        if task.state.isFinal, entries[task.id]?.isCarriedOut == true {
            var task = task
            task.state = .running
            (task.failure, task.endedAt) = (nil, nil)
            return detail(of: task, phase: Self.cleaningUp, progress: nil)
        }
        let entry = task.state == .running ? entries[task.id] : nil
        let progress = entry.flatMap { entry in
            entry.progress.map {
                TransferProgress(done: $0.done, total: $0.total ?? 0, elapsed: max(now - entry.since, 0))
            }
        }
        return detail(of: task, phase: entry?.progress?.phase, progress: progress)
    }

    private func detail(of task: TaskRecord, phase: String?, progress: TransferProgress?) -> TaskDetail {
        TaskDetail(
            id: task.id, kind: TaskKindName(rawValue: task.kind.rawValue), image: task.imageName,
            subject: task.subject, state: TaskStateName(rawValue: task.state.rawValue), phase: phase,
            progress: progress, revision: task.revision, report: task.report, failure: task.failure,
            created: Timestamp(task.createdAt), ended: task.endedAt.map { Timestamp($0) })
    }
}
