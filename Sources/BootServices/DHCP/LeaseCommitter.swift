import Glibc
import LeasePolicy
import Logging
import Synchronization

/// Writes lease changes down in groups: what comes while one commit runs goes into the next one together, and each ACK
/// goes out only after the commit that holds its lease.
final class LeaseCommitter: Sendable {
    /// Changes, and what to do when they are on the disk.
    struct Entry: Sendable {
        var changes: [LeaseChange]
        /// Sends the ACK; nil where nobody waits for one.
        var acknowledge: (@Sendable () -> Void)?
        /// Told instead, where the changes did not reach the disk.
        var withhold: (@Sendable () -> Void)?
    }

    private struct State {
        var waiting: [Entry] = []
        var isStopped = false
    }

    /// Entries that may wait; clients of what is above it ask again.
    private static let capacity = 4096

    /// After a commit of this many entries the next one waits for more, in microseconds: clients come faster than the
    /// disk syncs.
    private static let manyAtOnce = 4
    private static let gathering: UInt32 = 2000

    private let store: any LeaseStore
    private let desk: LeaseDesk
    private let logger: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(store: any LeaseStore, desk: LeaseDesk, logger: Logger) {
        self.store = store
        self.desk = desk
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes an entry in; false where too many wait or the store has lost track of its disk.
    func submit(_ entry: Entry) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.waiting.count < Self.capacity else { return false }
            state.waiting.append(entry)
            return true
        }
        if isTaken { signal.yield() }
        return isTaken
    }

    /// Commits until the task is cancelled, on a thread of its own, which it blocks.
    func run() async {
        for await _ in signals {
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            if !batch.isEmpty { await commit(batch) }
            if batch.count >= Self.manyAtOnce { usleep(Self.gathering) }
        }
    }

    private func commit(_ batch: [Entry]) async {
        do {
            try await store.commit(batch.flatMap(\.changes))
        } catch let error as LeaseDurabilityLost {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.isStopped = true
                return state.waiting
            }
            desk.stopGivingLeases()
            withhold(batch + waiting)
            logger.critical(
                "DHCP: \(error). No lease is given from now on: see to the disk, then start the server anew")
            return
        } catch {
            withhold(batch)
            logger.error("DHCP: the lease store failed, \(batch.count) clients get no ACK and will ask again: \(error)")
            return
        }
        desk.count { $0.commits += 1 }
        for entry in batch { entry.acknowledge?() }
    }

    private func withhold(_ batch: [Entry]) {
        desk.count { $0.failedCommits += 1 }
        let acks = batch.count { $0.acknowledge != nil }
        desk.count { $0.withheldAcks += acks }
        for entry in batch { entry.withhold?() }
    }
}
