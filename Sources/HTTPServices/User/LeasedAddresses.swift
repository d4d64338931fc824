import NetworkTypes
import UserAPI

/// The addresses that network cards have by leases that run.
struct LeasedAddresses: Sendable {
    private var newest: [MACAddress: LeaseSummary] = [:]

    init(_ leases: [LeaseSummary]) {
        for lease in leases.sorted(by: Self.isOlder) where lease.state == "leased" {
            if let mac = lease.mac { newest[mac] = lease }
        }
    }

    /// The address of the newest lease among those of these cards; nil where they have none.
    func address(of macs: [MACAddress]) -> IPv4Address? {
        macs.compactMap { newest[$0] }.max(by: Self.isOlder)?.address
    }

    /// Leases of one subnet last equally long: the newer one ends later.
    private static func isOlder(_ a: LeaseSummary, _ b: LeaseSummary) -> Bool {
        (a.expires?.seconds ?? 0) < (b.expires?.seconds ?? 0)
    }
}

extension IPv4Address {
    /// A text that is ordered as the addresses are.
    var sortKey: String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
