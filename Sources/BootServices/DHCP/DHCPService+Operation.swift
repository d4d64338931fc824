package import BootPolicy
package import LeasePolicy
package import NetworkTypes

/// What became of an order to free an address.
package enum AddressRelease: Hashable, Sendable {
    /// It is free, and off the disk.
    case freed
    /// Nothing was leased, offered or set aside there.
    case nothingThere
    /// The store did not take it: the lease is what it was.
    case notWritten
}

extension DHCPService {
    /// Goes over to other plans while clients are served. Leases, open offers and addresses that are set aside stay
    /// where they still fit.
    package func replan(_ plans: [SubnetPlan]) async { desk.replan(plans) }

    /// Tells from now on by these rules where hosts behind relay agents stand.
    package func use(_ placements: PlacementRules) async { desk.use(placements) }

    /// Who has an address, as far as leases and offers tell.
    package func holder(of address: IPv4Address) async -> MACAddress? { desk.holder(of: address) }

    /// Frees an address of whatever is there; its lease is off the disk when this returns. Waits for the service to
    /// run.
    package func free(_ address: IPv4Address) async -> AddressRelease {
        let (outcomes, outcome) = AsyncStream.makeStream(of: Bool.self)
        let report: @Sendable (Bool) -> Void = { isWritten in
            outcome.yield(isWritten)
            outcome.finish()
        }
        guard let freed = desk.free(address, by: committer, report: report) else { return .nothingThere }
        for await isWritten in outcomes where isWritten { return .freed }
        if let lease = freed.lease { desk.readmit(lease) }
        return .notWritten
    }
}
