/// What an account's private images took up in a period, and what that costs.
package struct UsageReport: Hashable, Sendable {
    /// One image's part.
    package struct Line: Hashable, Sendable {
        package var imageID: String
        /// The newest name that it had in the period.
        package var imageName: String
        /// Gigabytes (10^9 bytes) times hours.
        package var gigabyteHours: Double
    }

    /// By name.
    package var lines: [Line]

    /// Hours in a month, by which a price for a gigabyte and month becomes one for an hour: a year's hours by twelve.
    package static let hoursPerMonth = 730.0

    /// Gigabytes (10^9 bytes) times hours, all images together.
    package var gigabyteHours: Double { lines.reduce(0) { $0 + $1.gigabyteHours } }

    /// What gigabyte-hours cost.
    /// - Parameter price: for a gigabyte and month.
    package static func cost(of gigabyteHours: Double, price: Double) -> Double {
        gigabyteHours / hoursPerMonth * price
    }

    /// - Parameters:
    ///   - segments: of one account.
    ///   - days: the first and the last day of the period, in days since 1970 (UTC).
    ///   - marks: where days begin; of two with the same start the last holds. Before the first one nothing counts.
    ///   - now: seconds of metering, up to which open segments reach.
    package init(segments: [UsageSegment], days: ClosedRange<Int64>, marks: [MeterClock.Mark], now: Int64) {
        let stretches = Self.stretches(days, marks, now: now)
        var byteSeconds: [String: Double] = [:]
        var names: [String: (begins: Int64, name: String)] = [:]
        for segment in segments {
            let whole = segment.begins..<max(segment.ends ?? now, segment.begins)
            let seconds = stretches.reduce(0) { $0 + $1.clamped(to: whole).count }
            guard seconds > 0 else { continue }
            byteSeconds[segment.imageID, default: 0] += Double(seconds) * Double(segment.bytes)
            if names[segment.imageID].map({ $0.begins < segment.begins }) ?? true {
                names[segment.imageID] = (segment.begins, segment.imageName)
            }
        }
        lines = byteSeconds.map { id, byteSeconds in
            Line(imageID: id, imageName: names[id]?.name ?? id, gigabyteHours: byteSeconds / 3600 / 1e9)
        }.sorted { ($0.imageName, $0.imageID) < ($1.imageName, $1.imageID) }
    }

    /// The stretches whose day is in the period, in seconds of metering.
    private static func stretches(
        _ days: ClosedRange<Int64>, _ marks: [MeterClock.Mark], now: Int64
    ) -> [Range<Int64>] {
        let marks = marks.sorted { $0.start < $1.start }
        let ends = marks.dropFirst().map(\.start) + [max(now, marks.last?.start ?? now)]
        return zip(marks, ends).filter { mark, _ in days.contains(mark.day) }.map { mark, end in mark.start..<end }
    }
}
