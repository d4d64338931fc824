import BootTimeline
import NetworkTypes
import Synchronization
import Testing

/// Keeps what the service says of every client but the one that asks whether it listens.
final class EventLog: BootObserving {
    private let kept = Mutex<[BootEvent]>([])
    private let followsAll: Bool

    /// - Parameter followsAll: whether ordinary clients are followed, too.
    init(followsAll: Bool = true) { self.followsAll = followsAll }

    func follows(_ mac: MACAddress) -> Bool { followsAll }

    func record(_ event: BootEvent) {
        if event.mac != DHCPRig.scout { kept.withLock { $0.append(event) } }
    }

    /// The first `count` events, as soon as there are so many; an issue where there are not after five seconds.
    func events(_ count: Int) async throws -> [BootEvent] {
        for _ in 0..<500 {
            let events = kept.withLock { $0 }
            if events.count >= count { return Array(events.prefix(count)) }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("expected \(count) events, found \(kept.withLock { $0 })")
        return []
    }
}
