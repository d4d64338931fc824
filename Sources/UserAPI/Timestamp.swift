import FoundationEssentials

/// A moment, to the second; in JSON an ISO 8601 string in UTC: `2026-03-01T12:00:00Z`.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970, within the years 1 to 9999.
    package let seconds: Int64

    /// The moment `seconds` after 1970 began; moments outside the years 1 to 9999 become the nearest one inside.
    package init(_ seconds: Int64) {
        self.seconds = min(max(seconds, -62_135_596_800), 253_402_300_799)
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }
}

extension Timestamp: LosslessStringConvertible {
    /// Reads `YYYY-MM-DDThh:mm:ssZ`; nil for every other form.
    package init?(_ text: String) {
        guard let date = try? Date(text, strategy: .iso8601),
            let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down))
        else { return nil }
        let moment = Timestamp(seconds)
        guard moment.description == text else { return nil }
        self = moment
    }

    package var description: String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a time like 2026-03-01T12:00:00Z")
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
