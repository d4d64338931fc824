import NetworkTypes
import Synchronization

/// The MAC addresses with a lease or a reservation: whose messages come first where more come than can be answered.
final class KnownClients: Sendable {
    private let macs = Mutex<Set<MACAddress>>([])

    func contains(_ mac: MACAddress) -> Bool { macs.withLock { $0.contains(mac) } }

    func replace(with known: Set<MACAddress>) { macs.withLock { $0 = known } }

    /// Takes one in; how many there are then.
    func insert(_ mac: MACAddress) -> Int {
        macs.withLock { macs in
            macs.insert(mac)
            return macs.count
        }
    }
}
