import AccessPolicy
import Logging
import Provisioning
import ServiceLifecycle
import Store
import Synchronization
import UserAPI

/// Carries out tasks, a bounded number at once, and those first that a former process left.
package final class TaskService: Service {
    private let provisioner: Provisioner
    private let performers: [TaskKind: any TaskPerforming]
    private let width: Int
    private let waitingLimit: Int
    private let running = Mutex(RunningTasks())
    private let queue = AsyncStream.makeStream(of: String.self)

    /// - Parameters:
    ///   - width: how many tasks run at once.
    ///   - waitingLimit: how many tasks of one account may wait.
    init(provisioner: Provisioner, performers: [any TaskPerforming], width: Int, waitingLimit: Int) {
        self.provisioner = provisioner
        self.performers = Dictionary(uniqueKeysWithValues: performers.map { ($0.kind, $0) })
        self.width = max(width, 1)
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
            await withTaskGroup(of: Void.self) { group in
                var running = 0
                for await id in self.queue.stream {
                    if running == self.width {
                        await group.next()
                        running -= 1
                    }
                    group.addTask { await self.carryOut(id) }
                    running += 1
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
            queue.continuation.yield(task.id)
        }
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
        queue.continuation.yield(task.id)
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
                task.state = .cancelled
                task.endedAt = now
                try tx.update(task)
                return task
            case .running: return nil
            case .done, .failed, .cancelled:
                throw ProvisioningError(.conflict, "task \(id) is \(task.state.rawValue) already")
            }
        }
        if let cancelled { return await cleanUp(after: cancelled) }
        _ = running.withLock { $0.stop(id) }
    }

    private func carryOut(_ id: String) async {
        let stop = AsyncStream.makeStream(of: Never.self)
        defer { running.withLock { $0.end(id) } }
        do {
            guard let task = try await begin(id, stop: stop.continuation) else { return }
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

    /// The task from now on runs; nil where it does not wait any more.
    private func begin(_ id: String, stop: AsyncStream<Never>.Continuation) async throws -> TaskRecord? {
        // First, so that who finds it running can stop it.
        running.withLock { $0.begin(id, stop: stop, now: provisioner.clock()) }
        let task = try await provisioner.store.write { tx -> TaskRecord? in
            guard var task = try tx.task(id: id), task.state == .waiting else { return nil }
            task.state = .running
            try tx.update(task)
            return task
        }
        if task != nil { running.withLock { $0.carryOut(id) } }
        return task
    }

    /// Ends a task; what was done a moment before it was stopped is done.
    private func fail(_ task: TaskRecord, _ error: any Error) async throws {
        let now = provisioner.clock()
        try await provisioner.store.write { tx in
            guard var current = try tx.task(id: task.id), current.state == .running else { return }
            current.state = error is CancellationError ? .cancelled : .failed
            current.failure = error is CancellationError ? nil : "\(error)"
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
