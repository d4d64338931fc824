import FoundationEssentials
import Metering
import UserAPI

/// A day in UTC, `2026-11-01`.
struct CalendarDay: Hashable, Sendable, LosslessStringConvertible {
    /// Days since 1970.
    let number: Int64

    init(_ number: Int64) { self.number = number }

    init?(_ text: String) {
        guard let midnight = Timestamp(text + "T00:00:00Z") else { return nil }
        number = MeterClock.day(of: midnight.seconds)
    }

    var description: String {
        String(Timestamp(number * MeterClock.secondsPerDay).description.prefix(10))
    }

    var firstOfMonth: CalendarDay { CalendarDay(description.prefix(8) + "01") ?? self }
}
