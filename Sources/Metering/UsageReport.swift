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
    ///   - marks: where days begin, in any order; of days that have no mark the next one's counts.
    ///   - now: seconds of metering, up to which open segments reach.
    package init(segments: [UsageSegment], days: ClosedRange<Int64>, marks: [MeterClock.Mark], now: Int64) {
        let period = Self.period(days, marks, now: now)
        var seconds: [String: Double] = [:]
        var names: [String: (begins: Int64, name: String)] = [:]
        for segment in segments {
            let begins = max(segment.begins, period.lowerBound)
            let ends = min(segment.ends ?? now, period.upperBound)
            guard begins < ends else { continue }
            seconds[segment.imageID, default: 0] += Double(ends - begins) * Double(segment.bytes)
            if names[segment.imageID].map({ $0.begins < segment.begins }) ?? true {
                names[segment.imageID] = (segment.begins, segment.imageName)
            }
        }
        lines = seconds.map { id, byteSeconds in
            Line(imageID: id, imageName: names[id]?.name ?? id, gigabyteHours: byteSeconds / 3600 / 1e9)
        }.sorted { ($0.imageName, $0.imageID) < ($1.imageName, $1.imageID) }
    }

    /// The period in seconds of metering.
    private static func period(
        _ days: ClosedRange<Int64>, _ marks: [MeterClock.Mark], now: Int64
    ) -> Range<Int64> {
        let marks = marks.sorted { $0.day < $1.day }
        func start(of day: Int64) -> Int64 { marks.first { $0.day >= day }?.start ?? now }
        let begin = start(of: days.lowerBound)
        return begin..<max(start(of: days.upperBound + 1), begin)
    }
}
