import Synchronization

/// The server's time, carried on by this machine's uptime: hosts in storage lose their own clocks.
package final class ServerClock: Sendable {
    private let uptime: @Sendable () -> Int64
    /// The server's time when this machine's uptime was zero.
    private let start = Mutex<Int64>(0)

    /// - Parameter uptime: seconds since the machine started, also while it slept.
    package init(uptime: @escaping @Sendable () -> Int64) { self.uptime = uptime }

    /// Takes the server's time as it is now, seconds since 1970.
    package func set(_ time: Int64) {
        let (origin, _) = time.subtractingReportingOverflow(uptime())
        start.withLock { $0 = origin }
    }

    /// Seconds since 1970 by the server's clock; before the server told its time, the uptime.
    package var now: Int64 { start.withLock { $0 }.addingReportingOverflow(uptime()).partialValue }
}
