import Metering
import Testing

struct MeterClockTests {
    private static let day = MeterClock.secondsPerDay

    @Test func timeGoesByAsTheMonotonicClockSays() {
        var clock = MeterClock(startingAt: 10 * Self.day + 100)
        #expect(clock.advance(by: 60, wall: 10 * Self.day + 160).isEmpty)
        #expect(clock.seconds == 60 && clock.wall == 10 * Self.day + 160 && clock.day == 10)
    }

    @Test func aDayBeginsAtMidnight() {
        var clock = MeterClock(startingAt: 11 * Self.day - 20)
        #expect(clock.advance(by: 60, wall: 11 * Self.day + 40) == [.init(day: 11, start: 20)])
        #expect(clock.seconds == 60)
    }

    @Test func aClockThatIsSetForwardAddsNothing() {
        var clock = MeterClock(startingAt: 10 * Self.day)
        let marks = clock.advance(by: 60, wall: 13 * Self.day)
        // The days that were skipped have no mark.
        #expect(marks == [.init(day: 13, start: 60)])
        #expect(clock.seconds == 60 && clock.day == 13)
    }

    @Test func midnightsThatWentByBeforeTheClockWasSetAreMarked() {
        var clock = MeterClock(startingAt: 10 * Self.day + 100)
        #expect(
            clock.advance(by: 2 * Self.day, wall: 20 * Self.day) == [
                .init(day: 11, start: Self.day - 100), .init(day: 12, start: 2 * Self.day - 100),
                .init(day: 20, start: 2 * Self.day),
            ])
    }

    @Test func aClockThatIsSetBackTakesNothing() {
        var clock = MeterClock(startingAt: 10 * Self.day + 10)
        #expect(clock.advance(by: 60, wall: 9 * Self.day) == [.init(day: 9, start: 60)])
        #expect(clock.seconds == 60 && clock.day == 9)
        // A day that comes again begins again.
        #expect(
            clock.advance(by: Self.day + 30, wall: 10 * Self.day + 30) == [.init(day: 10, start: 60 + Self.day)])
        #expect(clock.advance(by: Self.day, wall: 11 * Self.day + 30) == [.init(day: 11, start: 60 + 2 * Self.day)])
    }

    @Test func aClockThatIsSetBackWithinTheDayMarksNothing() {
        var clock = MeterClock(startingAt: 10 * Self.day + 7200)
        #expect(clock.advance(by: 60, wall: 10 * Self.day + 3600).isEmpty)
        #expect(clock.seconds == 60 && clock.wall == 10 * Self.day + 3600)
    }

    @Test func aMidnightThatTheClockWasSetBackBeforeIsNotMarked() {
        var clock = MeterClock(startingAt: 11 * Self.day - 10)
        #expect(clock.advance(by: 20, wall: 11 * Self.day - 5).isEmpty)
        #expect(clock.advance(by: 20, wall: 11 * Self.day + 15) == [.init(day: 11, start: 25)])
    }

    @Test func imagesAreKeptWhileTheServerIsDown() {
        var clock = MeterClock(startingAt: 10 * Self.day + 100)
        let marks = clock.resume(wall: 12 * Self.day + 50)
        #expect(marks == [.init(day: 11, start: Self.day - 100), .init(day: 12, start: 2 * Self.day - 100)])
        #expect(clock.seconds == 2 * Self.day - 50)
    }

    @Test func aClockThatWentBackwardsWhileItWasDownTakesNothing() {
        var clock = MeterClock(seconds: 500, wall: 10 * Self.day, day: 10)
        #expect(clock.resume(wall: 8 * Self.day) == [.init(day: 8, start: 500)])
        #expect(clock.seconds == 500 && clock.wall == 8 * Self.day && clock.day == 8)
    }

    @Test func noMoreThanAMonthIsCountedOfTheTimeForWhichTheServerWasDown() {
        var clock = MeterClock(seconds: 500, wall: 10 * Self.day + 100, day: 10)
        let marks = clock.resume(wall: 4000 * Self.day)
        #expect(clock.seconds == 500 + 31 * Self.day && clock.day == 4000)
        #expect(marks.count == 32)
        #expect(marks.first == .init(day: 11, start: 400 + Self.day))
        #expect(marks.last == .init(day: 4000, start: 500 + 31 * Self.day))
    }

    @Test(arguments: [(0, 0), (86399, 0), (86400, 1), (-1, -1), (-86400, -1), (-86401, -2)] as [(Int64, Int64)])
    func knowsTheDayOfAMoment(wall: Int64, day: Int64) { #expect(MeterClock.day(of: wall) == day) }
}
