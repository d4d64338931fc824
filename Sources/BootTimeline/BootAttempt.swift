/// What happened from one start of a host to its next.
struct BootAttempt: Sendable {
    /// Oldest first; never empty.
    private(set) var events: [BootEvent]
    /// The farthest point that was reached.
    private(set) var progress = BootProgress.asking
    private var hasTransfers = false

    /// A request of firmware after this many milliseconds of silence belongs to a new attempt.
    private static let longestSilence: Int64 = 600_000

    private init(_ first: BootEvent) {
        events = []
        append(first)
    }

    /// Parts events, oldest first, into attempts, oldest first.
    static func split(_ events: [BootEvent]) -> [BootAttempt] {
        var attempts: [BootAttempt] = []
        for event in events {
            if let last = attempts.indices.last, !attempts[last].isFollowed(by: event) {
                attempts[last].append(event)
            } else {
                attempts.append(BootAttempt(event))
            }
        }
        return attempts
    }

    /// Milliseconds since 1970.
    var began: Int64 { events.first?.at ?? 0 }
    /// Milliseconds since 1970.
    var ended: Int64 { events.last?.at ?? 0 }

    /// Whether firmware or a loader took part: an installed system sends no architecture.
    var isNetworkBoot: Bool { events.contains { $0.occurrence.dhcp?.architecture != nil } }

    /// Whether the server answered as a proxy, next to a server that gives the addresses.
    var isProxied: Bool {
        events.contains { if case .answered(let record) = $0.occurrence { record.isProxy } else { false } }
    }

    /// Whether the server offered an address.
    var isOffered: Bool {
        events.contains {
            if case .answered(let record) = $0.occurrence { record.type == "OFFER" && !record.isProxy } else { false }
        }
    }

    /// Whether the host asked a server, this one or another, for an address that it was offered.
    var hasChosenServer: Bool {
        events.contains { event in
            switch event.occurrence {
            case .received(let record), .unanswered(let record, _, _): record.type == "REQUEST"
            case .foreignAnswer(let record, _): record.type == "ACK"
            default: false
            }
        }
    }

    /// The newest occurrence that `read` finds something in.
    func last<Value>(_ read: (BootOccurrence) -> Value?) -> (index: Int, value: Value)? {
        for index in events.indices.reversed() {
            if let value = read(events[index].occurrence) { return (index, value) }
        }
        return nil
    }

    /// Whether an occurrence after the one at `index` fits.
    func has(after index: Int, _ fits: (BootOccurrence) -> Bool) -> Bool {
        events[(index + 1)...].contains { fits($0.occurrence) }
    }

    /// Whether the host came to `goal` after the event at `index`.
    func reaches(_ goal: BootProgress, after index: Int) -> Bool {
        has(after: index) { BootProgress($0).map { $0 >= goal } ?? false }
    }

    private mutating func append(_ event: BootEvent) {
        events.append(event)
        if let reached = BootProgress(event.occurrence) { progress = max(progress, reached) }
        if case .transfer = event.occurrence { hasTransfers = true }
    }

    /// Whether `event` shows that the host has started anew: its firmware asks again though it had fetched a file, or
    /// its loader though it had been told what to do. Some NICs have iPXE as their firmware.
    private func isFollowed(by event: BootEvent) -> Bool {
        guard case .received(let record) = event.occurrence, record.type == "DISCOVER", record.architecture != nil
        else { return false }
        if event.at - ended > Self.longestSilence { return true }
        return record.isIPXE ? progress >= .scripted : progress >= .loaded || hasTransfers
    }
}
