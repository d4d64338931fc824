import Metering
import Testing

struct UsageTests {
    private static let gigabyte: UInt64 = 1_000_000_000
    private static let day = MeterClock.secondsPerDay
    /// Day 10 begins with the meter.
    private static let marks = (0..<10).map { MeterClock.Mark(day: 10 + $0, start: $0 * day) }

    private static func segment(
        _ image: String, gigabytes: UInt64, _ begins: Int64, _ ends: Int64?, name: String? = nil
    ) -> UsageSegment {
        UsageSegment(
            accountID: "a-1", imageID: image, imageName: name ?? image, bytes: gigabytes * gigabyte, begins: begins,
            ends: ends)
    }

    private static func report(
        _ segments: [UsageSegment], _ days: ClosedRange<Int64>, now: Int64 = 10 * day
    ) -> [String: Double] {
        let report = UsageReport(segments: segments, days: days, marks: marks, now: now)
        return Dictionary(uniqueKeysWithValues: report.lines.map { ($0.imageName, $0.gigabyteHours) })
    }

    @Test func gigabytesTimesHours() {
        let segments = [Self.segment("a", gigabytes: 2, 0, 3600), Self.segment("b", gigabytes: 1, 1800, 3600)]
        #expect(Self.report(segments, 10...10) == ["a": 2, "b": 0.5])
    }

    @Test func onlyWhatLiesInThePeriodCounts() {
        let segments = [Self.segment("a", gigabytes: 1, 12 * 3600, Self.day + 6 * 3600)]
        #expect(Self.report(segments, 10...10) == ["a": 12])
        #expect(Self.report(segments, 11...11) == ["a": 6])
        #expect(Self.report(segments, 10...11) == ["a": 18])
        #expect(Self.report(segments, 12...19) == [:])
        #expect(Self.report(segments, 0...9) == [:])
    }

    @Test func anOpenSegmentReachesUntilNow() {
        let segments = [Self.segment("a", gigabytes: 1, 0, nil)]
        #expect(Self.report(segments, 10...10, now: 7200) == ["a": 2])
        // The last day has no next one yet.
        #expect(Self.report(segments, 19...19, now: 9 * Self.day + 3600) == ["a": 1])
        #expect(Self.report(segments, 20...30, now: 9 * Self.day + 3600) == [:])
    }

    @Test func aDayThatWasSkippedHasNoLength() {
        let marks = [MeterClock.Mark(day: 10, start: 0), .init(day: 13, start: 3600)]
        #expect(Self.hours(10...10, marks, now: 7200) == 1)
        #expect(Self.hours(11...12, marks, now: 7200) == 0)
        #expect(Self.hours(13...13, marks, now: 7200) == 1)
        #expect(Self.hours(10...13, marks, now: 7200) == 2)
    }

    @Test func ofTwoMarksWithTheSameStartTheLastHolds() {
        let marks = [MeterClock.Mark(day: 10, start: 0), .init(day: 11, start: 3600), .init(day: 13, start: 3600)]
        #expect(Self.hours(10...10, marks, now: 7200) == 1)
        #expect(Self.hours(11...12, marks, now: 7200) == 0)
        #expect(Self.hours(13...13, marks, now: 7200) == 1)
    }

    @Test func nothingCountsBeforeTheFirstMark() {
        #expect(Self.hours(0...99, [MeterClock.Mark(day: 10, start: 3600)], now: 7200) == 1)
        #expect(Self.hours(0...99, [], now: 7200) == 0)
    }

    /// Gigabyte-hours of an image of one gigabyte that is kept all the time.
    private static func hours(_ days: ClosedRange<Int64>, _ marks: [MeterClock.Mark], now: Int64) -> Double {
        UsageReport(segments: [segment("a", gigabytes: 1, 0, nil)], days: days, marks: marks, now: now).gigabyteHours
    }

    @Test func anHourInAWrongYearStandsUnderThatDayAndTodayGoesOn() {
        let (today, wrong): (Int64, Int64) = (20_500, 24_200)
        var clock = MeterClock(startingAt: today * Self.day)
        var marks = [MeterClock.Mark(day: today, start: 0)]
        marks += clock.advance(by: 3600, wall: wrong * Self.day)
        marks += clock.advance(by: 3600, wall: today * Self.day + 7200)
        marks += clock.advance(by: 3600, wall: today * Self.day + 10800)
        #expect(Self.hours(today...today, marks, now: clock.seconds) == 2)
        #expect(Self.hours(wrong...wrong, marks, now: clock.seconds) == 1)
        #expect(Self.hours(0...30_000, marks, now: clock.seconds) == 3)
    }

    @Test func aClockThatForgetsTheYearForAnHourLeavesTheDaysBeforeAsTheyWere() {
        let (today, wrong): (Int64, Int64) = (20_500, 18_262)
        var clock = MeterClock(startingAt: today * Self.day)
        var marks = [MeterClock.Mark(day: today, start: 0)]
        marks += clock.advance(by: Self.day + 3600, wall: (today + 1) * Self.day + 3600)
        marks += clock.resume(wall: wrong * Self.day)
        marks += clock.advance(by: 3600, wall: (today + 1) * Self.day + 7200)
        marks += clock.advance(by: 3600, wall: (today + 1) * Self.day + 10800)
        #expect(Self.hours(today...today, marks, now: clock.seconds) == 24)
        #expect(Self.hours(today + 1...today + 1, marks, now: clock.seconds) == 2)
        #expect(Self.hours(wrong...wrong, marks, now: clock.seconds) == 1)
        #expect(Self.hours(0...30_000, marks, now: clock.seconds) == 27)
    }

    @Test func segmentsOfOneImageAddUpUnderItsNewestName() {
        let segments = [
            Self.segment("im-1", gigabytes: 1, 3600, 7200, name: "new"),
            Self.segment("im-1", gigabytes: 2, 0, 3600, name: "old"),
        ]
        #expect(Self.report(segments, 10...10) == ["new": 3])
    }

    @Test func aMonthHas730Hours() {
        #expect(UsageReport.cost(of: 730, price: 0.5) == 0.5)
        #expect(UsageReport.cost(of: 365, price: 0.02) == 0.01)
    }

    @Test func anImageThatChangesEndsOneSegmentAndBeginsAnother() {
        let open = [
            Self.segment("grows", gigabytes: 1, 0, nil), Self.segment("stays", gigabytes: 1, 0, nil),
            Self.segment("goes", gigabytes: 1, 0, nil), Self.segment("empties", gigabytes: 1, 0, nil),
        ]
        let room = [
            ImageRoom(imageID: "grows", imageName: "grows", bytes: 2 * Self.gigabyte),
            ImageRoom(imageID: "stays", imageName: "stays", bytes: Self.gigabyte),
            ImageRoom(imageID: "comes", imageName: "comes", bytes: 3 * Self.gigabyte),
            ImageRoom(imageID: "empties", imageName: "empties", bytes: 0),
        ]
        let change = UsageChange(accountID: "a-1", open: open, room: room, now: 50)
        #expect(change.ended == ["empties", "goes", "grows"])
        #expect(
            change.begun == [
                Self.segment("grows", gigabytes: 2, 50, nil), Self.segment("comes", gigabytes: 3, 50, nil),
            ])
        let none = UsageChange(accountID: "a-1", open: [open[1]], room: [room[1]], now: 9)
        #expect(none.ended.isEmpty && none.begun.isEmpty)
    }

    @Test func anImageThatIsRenamedIsReportedByItsNewName() {
        let open = [Self.segment("im-1", gigabytes: 1, 0, nil, name: "web")]
        let room = [ImageRoom(imageID: "im-1", imageName: "web-old", bytes: Self.gigabyte)]
        let change = UsageChange(accountID: "a-1", open: open, room: room, now: 50)
        #expect(change.ended == ["im-1"])
        #expect(change.begun == [Self.segment("im-1", gigabytes: 1, 50, nil, name: "web-old")])
    }
}
