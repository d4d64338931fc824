import Store

/// Carries out the tasks of one kind.
protocol TaskPerforming: Sendable {
    var kind: TaskKind { get }

    /// Carries a task out. It may have been begun before by a process that was killed, and ends by
    /// `TaskRun.finish`, together with what it has made.
    func perform(_ task: TaskRecord, _ run: TaskRun) async throws

    /// A task has ended, well or not, and will not be begun again: takes back what was kept for it.
    func clean(up task: TaskRecord) async throws

    /// A process begins: takes back what a former one had no time for.
    func prepare() async throws
}

/// How far a running task is.
struct TaskProgress: Sendable {
    /// A word such as `storing`.
    var phase: String
    /// Bytes.
    var done: UInt64
    /// Bytes; nil where that is not known.
    var total: UInt64?
}

/// What a performer tells of the task that it carries out.
struct TaskRun: Sendable {
    let report: @Sendable (TaskProgress) -> Void
    let provisioner: Provisioner
    private let taskID: String

    init(taskID: String, provisioner: Provisioner, report: @escaping @Sendable (TaskProgress) -> Void) {
        self.taskID = taskID
        self.provisioner = provisioner
        self.report = report
    }

    /// Keeps where the task is: the next process gets it as the record's `checkpoint`.
    /// - Parameter body: enters what the checkpoint names, in the same transaction.
    func keep(
        checkpoint: String, _ body: @Sendable @escaping (StoreTransaction) throws -> Void = { _ in }
    ) async throws {
        let id = taskID
        try await provisioner.store.write { tx in
            guard var task = try tx.task(id: id) else { throw CancellationError() }
            task.checkpoint = checkpoint
            try tx.update(task)
            try body(tx)
        }
    }

    /// Ends the task together with what it has made, in one transaction: neither is there without the other.
    /// - Parameters:
    ///   - report: what it has found.
    ///   - body: returns the revision that was made.
    func finish(
        report: [String]? = nil, _ body: @Sendable @escaping (StoreTransaction, Int64) throws -> Int? = { _, _ in nil }
    ) async throws {
        let now = provisioner.clock()
        let id = taskID
        try await provisioner.store.write { tx in
            guard var task = try tx.task(id: id) else { throw CancellationError() }
            task.revision = try body(tx, now)
            task.report = report
            task.state = .done
            task.endedAt = now
            try tx.update(task)
        }
    }
}
