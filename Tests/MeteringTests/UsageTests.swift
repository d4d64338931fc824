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
        let marks = [
            MeterClock.Mark(day: 10, start: 0), .init(day: 11, start: 3600), .init(day: 12, start: 3600),
            .init(day: 13, start: 3600),
        ]
        let segments = [Self.segment("a", gigabytes: 1, 0, nil)]
        func hours(_ days: ClosedRange<Int64>) -> Double {
            UsageReport(segments: segments, days: days, marks: marks, now: 7200).gigabyteHours
        }
        #expect(hours(10...10) == 1)
        #expect(hours(11...12) == 0)
        #expect(hours(13...13) == 1)
        #expect(hours(10...13) == 2)
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
        #expect(UsageChange(accountID: "a-1", open: [open[1]], room: [room[1]], now: 9).isEmpty)
    }
}
