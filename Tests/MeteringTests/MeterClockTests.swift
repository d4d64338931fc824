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
        // The days that were skipped have no length.
        #expect(marks == [.init(day: 11, start: 60), .init(day: 12, start: 60), .init(day: 13, start: 60)])
        #expect(clock.seconds == 60)
    }

    @Test func aClockThatIsSetBackTakesNothing() {
        var clock = MeterClock(startingAt: 10 * Self.day + 10)
        #expect(clock.advance(by: 60, wall: 9 * Self.day).isEmpty)
        #expect(clock.seconds == 60 && clock.day == 10)
        // The day that comes again was begun already.
        #expect(clock.advance(by: Self.day + 30, wall: 10 * Self.day + 30).isEmpty)
        #expect(clock.advance(by: Self.day, wall: 11 * Self.day + 30) == [.init(day: 11, start: 60 + 2 * Self.day)])
    }

    @Test func imagesAreKeptWhileTheServerIsDown() {
        var clock = MeterClock(startingAt: 10 * Self.day + 100)
        let marks = clock.resume(wall: 12 * Self.day + 50)
        #expect(marks == [.init(day: 11, start: Self.day - 100), .init(day: 12, start: 2 * Self.day - 100)])
        #expect(clock.seconds == 2 * Self.day - 50)
    }

    @Test func aClockThatWentBackwardsWhileItWasDownTakesNothing() {
        var clock = MeterClock(seconds: 500, wall: 10 * Self.day, day: 10)
        #expect(clock.resume(wall: 8 * Self.day).isEmpty)
        #expect(clock.seconds == 500 && clock.wall == 8 * Self.day && clock.day == 10)
    }

    @Test(arguments: [(0, 0), (86399, 0), (86400, 1), (-1, -1), (-86400, -1), (-86401, -2)] as [(Int64, Int64)])
    func knowsTheDayOfAMoment(wall: Int64, day: Int64) { #expect(MeterClock.day(of: wall) == day) }
}
