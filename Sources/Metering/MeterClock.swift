/// The meter's own time: seconds during which images were kept. It goes on while the server is down, and no change of the
/// machine's clock makes it jump: while the server runs only the monotonic clock moves it.
///
/// Days of the calendar are marked on it as they begin, so that usage can be asked for by date. A date that a change of the
/// clock skipped has no length, and one that comes twice is counted with the first.
package struct MeterClock: Hashable, Sendable {
    /// Seconds of metering.
    package private(set) var seconds: Int64
    /// What the machine's clock showed last, in seconds since 1970.
    package private(set) var wall: Int64
    /// The newest day that has begun, in days since 1970 (UTC).
    package private(set) var day: Int64

    /// A day of the calendar and where it begins.
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
    /// - Returns: the days that have begun.
    package mutating func advance(by elapsed: Int64, wall now: Int64) -> [Mark] {
        let elapsed = max(elapsed, 0)
        var marks: [Mark] = []
        while day < Self.day(of: now) {
            day += 1
            let untilMidnight = day * Self.secondsPerDay - wall
            marks.append(Mark(day: day, start: seconds + min(max(untilMidnight, 0), elapsed)))
        }
        seconds += elapsed
        wall = now
        return marks
    }

    /// The server starts again: images were kept meanwhile, as long as the machine's clock says, which is all that is known.
    package mutating func resume(wall now: Int64) -> [Mark] { advance(by: now - wall, wall: now) }
}
