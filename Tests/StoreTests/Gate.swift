import Glibc
import Synchronization

/// Holds threads of the database back until a test lets them go on.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    /// Blocks this thread; false where nobody opens the gate for half a minute.
    func pass() -> Bool {
        for _ in 0..<30_000 {
            if isOpen.load(ordering: .acquiring) { return true }
            usleep(1000)
        }
        return false
    }
}
