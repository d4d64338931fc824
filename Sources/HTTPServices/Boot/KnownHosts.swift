package import AgentProtocol
package import BootPolicy
package import NetworkTypes
import Provisioning
package import Store
import Synchronization

/// What stages reported about their hosts, by each of their MAC addresses, in memory: it is asked for between a DHCP
/// packet and its answer. A bounded number: those that nobody asked for longest are forgotten.
package final class KnownHosts: Sendable {
    private let hosts: Mutex<RecentlyUsed<MACAddress, LoaderKnowledge>>

    /// - Parameter limit: MAC addresses; at least half as many are kept.
    package init(limit: Int = 131_072) { hosts = Mutex(RecentlyUsed(limit: limit)) }

    /// Reads what the store holds of all hosts: once, when the server starts.
    package func load(from store: Store) async throws {
        for host in try await store.read({ try $0.hosts() }) {
            if let inventory = host.inventory { note(inventory) }
        }
    }

    /// Takes over what a stage reported.
    package func note(_ inventory: Inventory) {
        let model = inventory.vendor.flatMap { vendor in
            inventory.product.map { HostModel(vendor: vendor, product: $0) }
        }
        let knowledge = LoaderKnowledge(secureBoot: inventory.secureBoot, model: model)
        hosts.withLock { hosts in
            for nic in inventory.nics { hosts.insert(knowledge, for: nic.mac, weight: 1) }
        }
    }

    /// Nil for a host that never greeted, or that is forgotten.
    package func knowledge(of mac: MACAddress) -> LoaderKnowledge? { hosts.withLock { $0[mac] } }
}
