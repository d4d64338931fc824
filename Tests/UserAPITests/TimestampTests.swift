import Foundation
import Testing
import UserAPI

struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (1_772_366_400, "2026-03-01T12:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (1_709_164_800, "2024-02-29T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ])
    func isAnISO8601StringInUTC(seconds: Int64, text: String) throws {
        #expect(Timestamp(seconds).description == text)
        #expect(Timestamp(text)?.seconds == seconds)
        let json = try JSONEncoder().encode([Timestamp(seconds)])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [Timestamp(seconds)])
    }

    @Test(arguments: [
        "", "now", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01T12:00:00+01:00", "2026-02-30T12:00:00Z",
        "2026-03-01T25:00:00Z", "2026-03-01T12:00:00.5Z", " 2026-03-01T12:00:00Z", "1772366400",
    ])
    func refusesOtherForms(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [Int64.min, .max])
    func clampsWhatNoCalendarHolds(seconds: Int64) {
        #expect(Timestamp(Timestamp(seconds).description) == Timestamp(seconds))
    }
}
