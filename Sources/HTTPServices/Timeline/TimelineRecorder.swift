package import BootTimeline
package import Logging
package import NetworkTypes
import ServiceLifecycle
package import Store
import Synchronization

/// Keeps what happens while hosts boot: in memory at once, in the store a moment later, all of a second in one
/// transaction that waits for no medium. An event is a help, not a record: one that cannot be kept is lost.
package final class TimelineRecorder: BootObserving, Service {
    private struct Waiting {
        var events: [BootEvent] = []
        /// Events that found no room since the last transaction.
        var lost = 0
    }

    private let store: Store
    private let limits: BootTimelineLimits
    private let capacity: Int
    private let isKnown: @Sendable (MACAddress) -> Bool
    private let interval: Duration
    private let log: Logger
    private let waiting = Mutex(Waiting())
    /// Who was recorded since the start, and who is in the store, but for those who were silent longest.
    private let followed = Mutex(RecentlyUsed<MACAddress, Void>(limit: TimelineRecorder.followedLimit))
    private static let followedLimit = 65_536

    /// - Parameters:
    ///   - capacity: events that may wait for the store; strangers' only while it is not half full. What comes beyond is
    ///     lost.
    ///   - interval: the time between two transactions.
    ///   - isKnown: whether a MAC address is one of a host; all others are strangers'.
    package init(
        store: Store, limits: BootTimelineLimits = BootTimelineLimits(), capacity: Int = 10_000,
        interval: Duration = .seconds(1), isKnown: @escaping @Sendable (MACAddress) -> Bool = { _ in false },
        log: Logger
    ) {
        self.store = store
        self.limits = limits
        self.capacity = capacity
        self.interval = interval
        self.isKnown = isKnown
        self.log = log
    }

    package func follows(_ mac: MACAddress) -> Bool { isKnown(mac) || followed.withLock { $0[mac] != nil } }

    package func record(_ event: BootEvent) {
        follow(event.mac)
        let room = isKnown(event.mac) ? capacity : capacity / 2
        waiting.withLock { waiting in
            if waiting.events.count < room { waiting.events.append(event) } else { waiting.lost += 1 }
        }
    }

    private func follow(_ mac: MACAddress) {
        followed.withLock { followed in
            if followed[mac] == nil { followed.insert((), for: mac, weight: 1) }
        }
    }

    /// The newest events of these MAC addresses, oldest first, those included that were recorded just now.
    package func events(of macs: [MACAddress], limit: Int) async throws -> [BootEvent] {
        await flushOrComplain()
        return try await store.read { try $0.bootEvents(of: macs, limit: limit) }
    }

    package func run() async throws {
        let known = try await store.read { try $0.bootEventMACs(limit: Self.followedLimit) }
        for mac in known { follow(mac) }
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            await flushOrComplain()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: self.interval) }
        }
        await flushOrComplain()
    }

    private func flushOrComplain() async {
        // A task of its own: a transaction that is cancelled loses its events.
        await Task {
            do {
                try await flush()
            } catch {
                log.warning("cannot keep what happens while hosts boot: \(error)")
            }
        }.value
    }

    /// Writes what waits. The store writes one transaction at a time, and each takes its events as it begins: so they
    /// stay in order whoever calls this.
    private func flush() async throws {
        guard waiting.withLock({ !$0.events.isEmpty }) else { return }
        let lost = try await store.note { [self] tx in
            let batch = takeWaiting()
            try tx.append(batch.events, limits: limits)
            return batch.lost
        }
        if lost > 0 { log.warning("\(lost) events of booting hosts were lost: they came faster than they can be kept") }
    }

    private func takeWaiting() -> Waiting {
        waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting
        }
    }
}
