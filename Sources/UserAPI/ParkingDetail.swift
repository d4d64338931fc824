/// Why a host is parked: it came back again and again, and is left alone until an operator lets it go on.
package struct ParkingDetail: Codable, Hashable, Sendable {
    package var since: Timestamp
    /// One sentence, without its full stop.
    package var reason: String

    package init(since: Timestamp, reason: String) {
        self.since = since
        self.reason = reason
    }
}
