/// The meter's own time: seconds during which images were kept. It goes on while the server is down, and no change of the
/// machine's clock makes it jump: while the server runs only the monotonic clock moves it.
///
/// Marks say which day of the calendar it is from where on, so that usage can be asked for by date. A day that a
/// change of the machine's clock skipped has no length. One that comes again is as long as all its stretches together.
/// What is kept while that clock is wrong stands under the day that it shows.
package struct MeterClock: Hashable, Sendable {
    /// Seconds of metering.
    package private(set) var seconds: Int64
    /// What the machine's clock showed last, in seconds since 1970.
    package private(set) var wall: Int64
    /// The day of the newest mark, in days since 1970 (UTC).
    package private(set) var day: Int64

    /// From `start` on, up to the next mark, it is this day of the calendar.
    package struct Mark: Hashable, Sendable {
        /// Days since 1970 (UTC).
        package var day: Int64
        /// Seconds of metering.
        package var start: Int64

        package init(day: Int64, start: Int64) {
            self.day = day
            self.start = start
        }
    }

    package static let secondsPerDay: Int64 = 86400

    /// Seconds: 31 days. No more is counted of the time for which the server was down, for the machine's clock may be
    /// wrong.
    package static let longestAbsence = 31 * secondsPerDay

    /// A clock that starts to count; the first mark is the day's.
    package init(startingAt wall: Int64) { self.init(seconds: 0, wall: wall, day: Self.day(of: wall)) }

    /// A clock as it was.
    package init(seconds: Int64, wall: Int64, day: Int64) {
        self.seconds = seconds
        self.wall = wall
        self.day = day
    }

    /// The day that a moment is in, in days since 1970 (UTC).
    package static func day(of wall: Int64) -> Int64 {
        let (quotient, remainder) = wall.quotientAndRemainder(dividingBy: secondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Time went by while the server ran.
    /// - Parameters:
    ///   - elapsed: by the monotonic clock, in seconds; less than none counts as none.
    ///   - wall: what the machine's clock shows now, in seconds since 1970.
    /// - Returns: the marks of the midnights that went by, and one where the machine's clock was set to another day. Of
    ///   two with the same start the last holds.
    package mutating func advance(by elapsed: Int64, wall now: Int64) -> [Mark] {
        let elapsed = max(elapsed, 0)
        var marks: [Mark] = []
        let reached = Self.day(of: min(wall + elapsed, now))
        for next in stride(from: Self.day(of: wall) + 1, through: reached, by: 1) {
            marks.append(Mark(day: next, start: seconds + next * Self.secondsPerDay - wall))
        }
        let today = Self.day(of: now)
        if (marks.last?.day ?? day) != today { marks.append(Mark(day: today, start: seconds + elapsed)) }
        seconds += elapsed
        wall = now
        day = today
        return marks
    }

    /// The server starts again: images were kept meanwhile, as long as the machine's clock says, which is all that is
    /// known, but at most `longestAbsence`.
    package mutating func resume(wall now: Int64) -> [Mark] {
        advance(by: min(now - wall, Self.longestAbsence), wall: now)
    }
}
