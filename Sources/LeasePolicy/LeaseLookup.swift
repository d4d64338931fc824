package import NetworkTypes

extension LeaseTable {
    /// Who has an address: by its lease, also one that has just run out, or by an offer. Nil where nobody is known to.
    package func holder(of address: IPv4Address) -> MACAddress? {
        leases[address]?.mac ?? heldAddresses[address]?.mac
    }

    /// The MAC addresses of every lease, also of those that have run out, and of every reservation.
    package var knownMACs: Set<MACAddress> {
        Set(leases.values.map(\.mac)).union(reservations.keys.map(\.mac))
    }
}
