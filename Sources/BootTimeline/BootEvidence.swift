/// What a cause is looked for in: one attempt, and what is known beside it.
struct BootEvidence: Sendable {
    let attempt: BootAttempt
    /// This attempt and the ones before it, oldest first.
    let attempts: [BootAttempt]
    /// Whether the host has not started anew since.
    let isNewest: Bool
    let context: DiagnosisContext
    /// Milliseconds since 1970.
    let now: Int64

    /// How long ago the event at `index` was, in milliseconds; without end in an attempt that is over.
    func age(of index: Int) -> Int64 { isNewest ? now - attempt.events[index].at : .max }

    /// The last OFFER that fits, and how many there are, where no file was fetched and port 4011 was not asked behind the
    /// first. They have had their time: three, or one that is 20 seconds old.
    func offersInVain(where fits: (DHCPRecord) -> Bool = { _ in true }) -> (last: Int, count: Int)? {
        let offers = attempt.events.indices.filter { index in
            guard case .answered(let record) = attempt.events[index].occurrence else { return false }
            return record.type == "OFFER" && fits(record)
        }
        guard let first = offers.first, let last = offers.last, offers.count >= 3 || age(of: last) >= 20_000,
            !attempt.has(after: first, { $0.transferred != nil || $0.dhcp?.port == 4011 })
        else { return nil }
        return (last, offers.count)
    }
}
