/// How often one host came back without progress, and whether it is parked for that: a state machine whose events are
/// its mutating functions. Times are seconds since 1970.
public struct BootLoop: Codable, Hashable, Sendable {
    /// How many boots within how long are too many.
    public struct Limit: Hashable, Sendable {
        public let boots: Int
        /// Seconds.
        public let window: Int64

        public init(boots: Int, window: Int64) {
            self.boots = boots
            self.window = window
        }

        /// Boots of the stage.
        public static let stage = Limit(boots: 5, window: 30 * 60)
        /// Boots of the host's own disk by way of the network: a host that falls through to the network each time.
        public static let disk = Limit(boots: 10, window: 60 * 60)
    }

    /// A loader that asks again sooner, in seconds, repeats itself: no host restarts that fast.
    private static let shortestBoot: Int64 = 5

    private var stageBoots: [Int64] = []
    private var diskBoots: [Int64] = []
    private var lastGreeting: Int64?
    /// Nil for a host that is not parked.
    public private(set) var parking: HostParking?

    public init() {}

    /// The host's loader is to start the stage. True where that is one time too many, so that the host is parked now.
    public mutating func startStage(now: Int64, limit: Limit = .stage) -> Bool {
        guard parking == nil, Self.count(now, in: &stageBoots, limit) else { return false }
        let isHeard = lastGreeting.map { greeting in stageBoots.contains { $0 <= greeting } } ?? false
        let silence = isHeard ? "" : ", and no stage of it greeted the server"
        park(now, "it started the stage \(Self.text(limit)) without progress" + silence)
        return true
    }

    /// The host's loader is to start the host's own disk. True where that is one time too many, so that the host is
    /// parked now.
    public mutating func startDisk(now: Int64, limit: Limit = .disk) -> Bool {
        guard parking == nil, Self.count(now, in: &diskBoots, limit) else { return false }
        park(now, "it was sent to its own disk \(Self.text(limit)) and came back each time")
        return true
    }

    /// Another board claims to be this host. True where the host is parked for that now.
    ///
    /// - Parameter reason: one sentence, without its full stop.
    public mutating func clash(now: Int64, reason: String) -> Bool {
        guard parking == nil else { return false }
        park(now, reason)
        return true
    }

    /// A stage of the host greeted. That alone is no progress.
    public mutating func greet(now: Int64) {
        if parking == nil { lastGreeting = now }
    }

    /// A phase moved, an order ended, the installed system called home, or an operator did something. A parked host
    /// stays parked.
    public mutating func progress() {
        stageBoots = []
        diskBoots = []
        lastGreeting = nil
    }

    /// An operator lets the host go on.
    public mutating func unpark() {
        parking = nil
        progress()
    }

    private mutating func park(_ now: Int64, _ reason: String) {
        progress()
        parking = HostParking(since: now, reason: reason)
    }

    /// Adds a boot and drops what is older than the limit's window, or later than now; true where too many are left.
    private static func count(_ now: Int64, in boots: inout [Int64], _ limit: Limit) -> Bool {
        boots.removeAll { $0 > now || now - $0 >= limit.window }
        if let last = boots.last, now - last < shortestBoot { return false }
        boots.append(now)
        return boots.count >= limit.boots
    }

    private static func text(_ limit: Limit) -> String { "\(limit.boots) times within \(limit.window / 60) minutes" }
}
