import StageAgent
import Testing

struct RetryScheduleTests {
    @Test func waitsLongerUpToEightSecondsAndThenGivesUp() {
        var schedule = RetrySchedule(limit: .seconds(31))
        #expect((0..<7).map { _ in schedule.failed() } == [1, 2, 4, 8, 8, 8, nil].map { $0.map { .seconds($0) } })
    }

    @Test func startsOverAfterSuccess() {
        var schedule = RetrySchedule(limit: .seconds(3))
        #expect(schedule.failed() == .seconds(1))
        schedule.succeeded()
        #expect(schedule.failed() == .seconds(1))
    }
}
