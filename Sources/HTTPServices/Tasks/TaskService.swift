import AccessPolicy
import Logging
import Provisioning
import ServiceLifecycle
import Store
import Synchronization
import UserAPI

/// Carries out tasks, a bounded number at once, of one account one less, and those first that a former process left.
package final class TaskService: Service {
    private let provisioner: Provisioner
    private let performers: [TaskKind: any TaskPerforming]
    private let waitingLimit: Int
    private let running = Mutex(RunningTasks())
    private let queue: Mutex<TaskQueue>
    /// Tells that the queue may have a task to begin.
    private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameters:
    ///   - width: how many tasks run at once; of one account one less, but one at least.
    ///   - waitingLimit: how many tasks of one account may wait.
    init(provisioner: Provisioner, performers: [any TaskPerforming], width: Int, waitingLimit: Int) {
        self.provisioner = provisioner
        self.performers = Dictionary(uniqueKeysWithValues: performers.map { ($0.kind, $0) })
        queue = Mutex(TaskQueue(width: width))
        self.waitingLimit = waitingLimit
    }

    /// Seconds since 1970.
    var now: Int64 { provisioner.clock() }

    package func run() async throws {
        for performer in performers.values {
            do {
                try await performer.prepare()
            } catch {
                provisioner.log.error("cannot clean up after a former process: \(error)")
            }
        }
        try await resume()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await _ in self.changes.stream {
                    while !Task.isCancelled, let id = self.queue.withLock({ $0.next() }) {
                        group.addTask { await self.carryOut(id) }
                    }
                }
            }
        }
    }

    /// What ran when a former process ended is begun again, before everything else.
    private func resume() async throws {
        let open = try await provisioner.store.write { tx in
            try tx.openTasks().map { task in
                var task = task
                task.state = .waiting
                try tx.update(task)
                return task
            }
        }
        for task in open {
            provisioner.log.info("\(task.kind.rawValue) \(task.id) of \(task.imageName) is begun again")
        }
        queue.withLock { $0.putFirst(open) }
        changes.continuation.yield()
    }

    /// Enters a task together with what it needs, in one transaction, and begins it as soon as others have ended.
    /// - Parameter prepare: runs in the transaction, before the task is entered.
    func submit(
        _ task: TaskRecord, prepare: @Sendable @escaping (StoreTransaction) throws -> Void
    ) async throws -> TaskDetail {
        let limit = waitingLimit
        try await provisioner.store.write { tx in
            let waiting = try tx.openTasks(accountID: task.accountID).count { $0.state == .waiting }
            guard waiting < limit else {
                throw ProvisioningError(.conflict, "\(waiting) tasks of the account are waiting: try again later")
            }
            try prepare(tx)
            try tx.insert(task)
        }
        queue.withLock { $0.append(task) }
        changes.continuation.yield()
        return running.withLock { $0.detail(of: task, now: provisioner.clock()) }
    }

    /// A page of the tasks that are there for an account, newest first.
    /// - Parameter after: the task that the page before ended with.
    func list(for account: Account, after: String?, limit: Int) async throws -> Page<TaskDetail> {
        let owner = account.role == .administrator ? nil : account.id
        let tasks = try await provisioner.store.read { tx in
            let before = try after.map { try tx.requireTask($0, for: account).id }
            return try tx.tasks(accountID: owner, before: before, limit: limit + 1)
        }
        let now = provisioner.clock()
        let items = running.withLock { running in tasks.prefix(limit).map { running.detail(of: $0, now: now) } }
        return Page(items: items, next: tasks.count > limit ? items.last?.id : nil)
    }

    func detail(_ id: String, for account: Account) async throws -> TaskDetail {
        let task = try await provisioner.store.read { try $0.requireTask(id, for: account) }
        return running.withLock { $0.detail(of: task, now: provisioner.clock()) }
    }

    /// Cancels a task that waits, or asks a running one to stop.
    func cancel(_ id: String, by account: Account) async throws {
        let now = provisioner.clock()
        let cancelled = try await provisioner.store.write { tx -> TaskRecord? in
            var task = try tx.requireTask(id, for: account)
            switch task.state {
            case .waiting:
                task.cancel(now: now)
                try tx.update(task)
                return task
            case .running: return nil
            case .done, .failed, .cancelled:
                throw ProvisioningError(.conflict, "task \(id) is \(task.state.rawValue) already")
            }
        }
        if let cancelled {
            queue.withLock { $0.remove(id) }
            return await cleanUp(after: cancelled)
        }
        _ = running.withLock { $0.stop(id) }
    }

    /// Ends what an account has under way that may do nothing any more: what waits is cancelled, what runs is asked to
    /// stop.
    func endAll(of accountID: String) async throws {
        let now = provisioner.clock()
        let open = try await provisioner.store.write { tx -> [TaskRecord] in
            let refusal = try Self.refusal(of: tx.account(id: accountID))
            var open = try tx.openTasks(accountID: accountID)
            for index in open.indices where open[index].state == .waiting {
                open[index].cancel(because: refusal, now: now)
                try tx.update(open[index])
            }
            return open
        }
        for task in open {
            if task.state == .running {
                _ = running.withLock { $0.stop(task.id) }
            } else {
                queue.withLock { $0.remove(task.id) }
                await cleanUp(after: task)
            }
        }
    }

    /// Why nothing is done for an account any more; nil where it is.
    private static func refusal(of account: Account?) -> String? {
        guard let account else { return "its account was removed" }
        return account.isEnabled ? nil : "account \(account.name) is disabled"
    }

    private func carryOut(_ id: String) async {
        let stop = AsyncStream.makeStream(of: Never.self)
        defer {
            running.withLock { $0.end(id) }
            queue.withLock { $0.end(id) }
            changes.continuation.yield()
        }
        do {
            guard let task = try await begin(id, stop: stop.continuation) else { return }
            guard task.state == .running else { return await cleanUp(after: task) }
            guard let performer = performers[task.kind] else { return }
            provisioner.log.info("\(task.kind.rawValue) \(id) of \(task.imageName) begins: \(task.subject)")
            let run = TaskRun(taskID: id, provisioner: provisioner) { [self] progress in
                running.withLock { $0.note(id, progress, now: provisioner.clock()) }
            }
            do {
                try await Racing.run({ try await performer.perform(task, run) }, until: stop.stream)
            } catch {
                // The server ends: the next one begins the task again.
                guard !Task.isCancelled else { return }
                try await fail(task, error)
            }
            if let ended = try await provisioner.store.read({ try $0.task(id: id) }) { await cleanUp(after: ended) }
        } catch {
            provisioner.log.error("cannot write what became of task \(id): \(error)")
        }
    }

    /// The task from now on runs, or is cancelled where nothing is done for its account any more; nil where it does not
    /// wait any more.
    private func begin(_ id: String, stop: AsyncStream<Never>.Continuation) async throws -> TaskRecord? {
        // First, so that who finds it running can stop it.
        let now = provisioner.clock()
        running.withLock { $0.begin(id, stop: stop, now: now) }
        let task = try await provisioner.store.write { tx -> TaskRecord? in
            guard var task = try tx.task(id: id), task.state == .waiting else { return nil }
            if let refusal = try Self.refusal(of: tx.account(id: task.accountID)) {
                task.cancel(because: refusal, now: now)
            } else {
                task.state = .running
            }
            try tx.update(task)
            return task
        }
        if task != nil { running.withLock { $0.carryOut(id) } }
        return task
    }

    /// Bytes of a failure that are kept: other machines have a say in it.
    private static let failureBound = 2000

    /// Ends a task; what was done a moment before it was stopped is done.
    private func fail(_ task: TaskRecord, _ error: any Error) async throws {
        let now = provisioner.clock()
        try await provisioner.store.write { tx in
            guard var current = try tx.task(id: task.id), current.state == .running else { return }
            current.state = error is CancellationError ? .cancelled : .failed
            current.failure = error is CancellationError ? nil : "\(error)".cut(toBytes: Self.failureBound)
            current.endedAt = now
            try tx.update(current)
        }
    }

    private func cleanUp(after task: TaskRecord) async {
        provisioner.log.info(
            "\(task.kind.rawValue) \(task.id) is \(task.state.rawValue)\(task.failure.map { ": \($0)" } ?? "")")
        do {
            try await performers[task.kind]?.clean(up: task)
        } catch {
            provisioner.log.error("cannot take back what was kept for task \(task.id): \(error)")
        }
    }
}

extension TaskRecord {
    /// Cancels a task that has not begun.
    fileprivate mutating func cancel(because reason: String? = nil, now: Int64) {
        state = .cancelled
        failure = reason
        endedAt = now
    }
}

extension StoreTransaction {
    /// A task of the account, or any where an administrator asks.
    func requireTask(_ id: String, for account: Account) throws -> TaskRecord {
        let task = try task(id: id)
        guard let task, task.accountID == account.id || account.role == .administrator else {
            throw ProvisioningError(.notFound, "there is no task '\(id)'")
        }
        return task
    }
}
