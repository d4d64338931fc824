package import BootPolicy
import BootTimeline
import Logging
package import NetworkTypes
import Provisioning
import Store

/// Where hosts stand, and what they are called for that.
extension Provisioner {
    /// How many placements are kept of NICs that belong to no host.
    private static let strangers = 10_000

    /// Keeps where NICs are plugged in, and names the hosts that they belong to. Writes nothing where nothing is new.
    package func place(_ placements: [MACAddress: Placement]) async throws {
        let changed: [MACAddress: Placement] = try await store.read { tx in
            try placements.filter { try !tx.isPlaced($0.key, at: $0.value) }
        }
        guard !changed.isEmpty else { return }
        try await store.write { tx in
            for (mac, placement) in changed.sorted(by: { $0.key < $1.key }) {
                try tx.place(mac, at: placement)
                log.info("NIC \(mac) is plugged in at \(placement.port ?? "a port without a name")")
                guard var host = try tx.host(mac: mac) else { continue }
                let before = host
                try takePlacedName(tx, host: &host, mac: mac)
                if host != before { try tx.save(host) }
            }
            try tx.forgetPlacementsOfStrangers(beyond: Self.strangers)
        }
    }

    /// Calls `host` what its placement says, unless an operator named it. Where another host has that name, it keeps its
    /// own. The caller saves the host.
    /// - Parameter mac: the NIC that it boots from.
    func takePlacedName(_ tx: StoreTransaction, host: inout Host, mac: MACAddress) throws {
        guard let name = try tx.placement(of: host.macs)?.name, name != host.name, !host.isNamedByOperator else {
            return
        }
        if let holder = try tx.host(named: name) {
            log.warning(
                """
                host \(host.name) stands where \(name) is to be, but host \(holder.id) has that name: it keeps its own \
                until one of the two is renamed (`ingot host accept HOST --name NAME`) or removed
                """)
            observe(mac, .nameTaken(name: name, holder: holder.id))
            return
        }
        log.info("host \(host.name) is called \(name) from now on, by where it stands")
        host.name = name
        host.placedName = name
    }
}
