package import BootPolicy
package import Logging
package import NetworkTypes
import ServiceLifecycle
import Synchronization

/// Keeps where NICs are plugged in: in memory at once, so that no DHCP answer waits for it, in the store a moment later,
/// all of a second together. What the store did not take is tried again.
package final class PlacementRecorder: Service {
    private let keep: @Sendable ([MACAddress: Placement]) async throws -> Void
    private let capacity: Int
    private let interval: Duration
    private let log: Logger
    private let waiting = Mutex<[MACAddress: Placement]>([:])

    private static let pauseAfterFailure = Duration.seconds(15)

    /// - Parameters:
    ///   - capacity: NICs that may wait for the store; what comes beyond them is lost, until the NIC boots again.
    ///   - interval: the time between two attempts to write.
    ///   - keep: writes placements down.
    package init(
        capacity: Int = 10_000, interval: Duration = .seconds(1), log: Logger,
        keep: @escaping @Sendable ([MACAddress: Placement]) async throws -> Void
    ) {
        self.capacity = capacity
        self.interval = interval
        self.log = log
        self.keep = keep
    }

    /// Takes over where a NIC is plugged in; returns at once.
    package func record(_ mac: MACAddress, _ placement: Placement) {
        waiting.withLock { waiting in
            if waiting.count < capacity || waiting[mac] != nil { waiting[mac] = placement }
        }
    }

    package func run() async throws {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let pause = await flush() ? interval : max(interval, Self.pauseAfterFailure)
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
        }
        await flush()
    }

    /// Writes what waits; false where it waits still.
    @discardableResult package func flush() async -> Bool {
        let batch = waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting
        }
        guard !batch.isEmpty else { return true }
        do {
            // A task of its own: a transaction that is cancelled keeps nothing.
            try await Task { try await keep(batch) }.value
            return true
        } catch {
            waiting.withLock { $0.merge(batch) { newer, _ in newer } }
            log.warning("cannot keep where \(batch.count) NICs are plugged in, which is tried again: \(error)")
            return false
        }
    }
}
