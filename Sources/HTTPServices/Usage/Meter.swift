package import Logging
import Metering
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
    private var lastTick: Task<Void, any Error>?
    /// The accounts that have changed and whose usage is not written yet.
    private var unwritten: Set<String> = []

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

    /// Looks at the clocks, and writes what has changed. Ticks run one after the other, also where many ask at once.
    package func tick() async throws {
        let before = lastTick
        let next = Task<Void, any Error> {
            _ = await before?.result
            try await self.writeChanges()
        }
        lastTick = next
        try await next.value
    }

    /// An account whose usage cannot be written is tried again with the next tick, and keeps none of the others from being
    /// written. The start notes every account: what was not written before a kill is found then.
    private func writeChanges() async throws {
        let now = try await advance()
        if try await store.read({ try $0.hasUsageChanges() }) {
            unwritten.formUnion(try await store.write { try $0.takeUsageChanges() })
        }
        var failure: (any Error)?
        for account in unwritten.sorted() {
            do {
                // Others may write while thousands of chunks are looked at.
                let room = try await store.read { try $0.usageRoom(accountID: account) }
                try await store.write { try $0.writeUsage(room, accountID: account, now: now) }
                unwritten.remove(account)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
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
        warn(ofAbsence: wall - clock.wall)
        let marks = clock.resume(wall: wall)
        return (clock, marks)
    }

    private func warn(ofAbsence seconds: Int64) {
        guard seconds > MeterClock.longestAbsence else { return }
        let days = seconds / MeterClock.secondsPerDay
        let most = MeterClock.longestAbsence / MeterClock.secondsPerDay
        log.warning(
            """
            by the machine's clock the server was down for \(days) days, and images count for \(most) of them: see \
            whether that clock is right
            """)
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
