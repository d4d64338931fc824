import AccessPolicy
package import Logging
import Metering
import Provisioning
import ServiceLifecycle
package import Store

/// Notes how long which private image takes up how much room. What changes is written within a second or two; of what a
/// server that was killed did not write, its next start knows.
package actor Meter: Service {
    private let store: Store
    private let wall: @Sendable () -> Int64
    private let uptime: @Sendable () -> Int64
    private let log: Logger
    private var clock: MeterClock?
    private var lastUptime: Int64 = 0
    private var lastSaved: Int64 = 0

    private static let interval = Duration.seconds(1)
    /// The clock is written this often where nothing else is, in seconds.
    private static let saveInterval: Int64 = 60

    /// - Parameters:
    ///   - wall: seconds since 1970.
    ///   - uptime: seconds of a clock that nobody sets.
    package init(
        store: Store, wall: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Int64, log: Logger
    ) {
        self.store = store
        self.wall = wall
        self.uptime = uptime
        self.log = log
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.tick()
                } catch {
                    self.log.error("cannot write what images take up: \(error)")
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Looks at the clocks, and writes what has changed.
    package func tick() async throws {
        let now = try await advance()
        let changed = try await store.read { try $0.changedUsage() }
        guard !changed.isEmpty else { return }
        // What changes from here on is found by the next tick.
        try await store.write { try $0.claimUsageChanges(changed) }
        for account in changed { try await note(account, now: now) }
    }

    /// Seconds of metering.
    private func advance() async throws -> Int64 {
        let uptime = uptime()
        let wall = wall()
        var marks: [MeterClock.Mark]
        var clock: MeterClock
        if let known = self.clock {
            clock = known
            marks = clock.advance(by: uptime - lastUptime, wall: wall)
        } else {
            (clock, marks) = try await start(wall: wall)
        }
        if !marks.isEmpty || self.clock == nil || clock.seconds - lastSaved >= Self.saveInterval {
            let (kept, days) = (clock, marks)
            try await store.write { try $0.save(kept, marks: days) }
            lastSaved = clock.seconds
        }
        self.clock = clock
        lastUptime = uptime
        return clock.seconds
    }

    private func start(wall: Int64) async throws -> (MeterClock, [MeterClock.Mark]) {
        try await store.write { try $0.noteUsageChangeOfEveryAccount() }
        guard var clock = try await store.read({ try $0.meterClock() }) else {
            let clock = MeterClock(startingAt: wall)
            return (clock, [MeterClock.Mark(day: clock.day, start: 0)])
        }
        let marks = clock.resume(wall: wall)
        return (clock, marks)
    }

    private func note(_ account: String, now: Int64) async throws {
        let (open, room) = try await store.read { tx in
            let room = try tx.storedSizes(ownerID: account).map { size in
                ImageRoom(
                    imageID: size.imageID, imageName: try tx.image(id: size.imageID)?.name ?? size.imageID,
                    bytes: size.bytes)
            }
            return (try tx.openUsageSegments(accountID: account), room)
        }
        let change = UsageChange(accountID: account, open: open, room: room, now: now)
        guard !change.isEmpty else { return }
        try await store.write { try $0.apply(change, accountID: account, now: now) }
    }

    /// What an account's private images took up.
    /// - Parameter days: days since 1970 (UTC).
    func report(accountID: String, days: ClosedRange<Int64>) async throws -> UsageReport {
        try await tick()
        let now = clock?.seconds ?? 0
        return try await store.read { tx in
            UsageReport(
                segments: try tx.usageSegments(accountID: accountID, endingAfter: .min), days: days,
                marks: try tx.meterMarks(), now: now)
        }
    }
}
