import Synchronization

/// Where this server answers nobody, because another one gives addresses there. `DHCPService` asks it for each message,
/// `ForeignServerWatch` sets it.
package final class ForeignServerGate: Sendable {
    private let closed = Mutex<Set<String>>([])

    package init() {}

    /// Whether clients on this interface, those behind relay agents not among them, get no answer.
    package func isClosed(on interface: String) -> Bool { closed.withLock { $0.contains(interface) } }

    /// Closes or opens; true where that is a change.
    package func set(closed isClosed: Bool, on interface: String) -> Bool {
        closed.withLock { closed in
            isClosed ? closed.insert(interface).inserted : closed.remove(interface) != nil
        }
    }
}
