import Store

/// The tasks that wait, in their order, and those that run: a bounded number, and of one account one less, so that
/// nobody keeps all others waiting.
struct TaskQueue: Sendable {
    private struct Entry: Sendable {
        let id: String
        let accountID: String

        init(_ task: TaskRecord) {
            id = task.id
            accountID = task.accountID
        }
    }

    private let width: Int
    private let accountWidth: Int
    private var waiting: [Entry] = []
    /// The accounts of the running tasks, by the tasks' ids.
    private var running: [String: String] = [:]

    /// - Parameter width: how many tasks run at once; where that is one, it may be any account's.
    init(width: Int) {
        self.width = max(width, 1)
        accountWidth = max(width - 1, 1)
    }

    /// Enters a task behind the others, unless it is there already.
    mutating func append(_ task: TaskRecord) {
        guard running[task.id] == nil, !waiting.contains(where: { $0.id == task.id }) else { return }
        waiting.append(Entry(task))
    }

    /// Enters tasks before all others.
    mutating func putFirst(_ tasks: [TaskRecord]) {
        let ids = Set(tasks.map(\.id))
        waiting = tasks.map { Entry($0) } + waiting.filter { !ids.contains($0.id) }
    }

    /// Takes out a task that waits.
    mutating func remove(_ id: String) { waiting.removeAll { $0.id == id } }

    /// The task that runs from now on: the first one whose account has room for it; nil where there is none.
    mutating func next() -> String? {
        guard running.count < width, let index = waiting.firstIndex(where: { hasRoom(for: $0.accountID) }) else {
            return nil
        }
        let entry = waiting.remove(at: index)
        running[entry.id] = entry.accountID
        return entry.id
    }

    /// A task runs no more.
    mutating func end(_ id: String) { running[id] = nil }

    private func hasRoom(for accountID: String) -> Bool {
        running.values.count(where: { $0 == accountID }) < accountWidth
    }
}
