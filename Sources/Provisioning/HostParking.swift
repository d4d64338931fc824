/// A host that is left alone because it came back again and again, or because another board claims to be it: it gets no
/// order until an operator lets it go on. Not to be taken for a parked deployment, which is an order whose attempts are
/// used up.
public struct HostParking: Codable, Hashable, Sendable {
    /// Seconds since 1970.
    public let since: Int64
    /// One sentence, without its full stop.
    public let reason: String

    init(since: Int64, reason: String) {
        self.since = since
        self.reason = reason
    }
}
