import LeasePolicy
import NetworkTypes
import Testing

/// A subnet 10.0.0.0/24 with a pool of four addresses, served by 10.0.0.1.
struct Rack {
    static let server = IPv4Address(10, 0, 0, 1)

    static func mac(_ number: UInt8) -> MACAddress {
        guard let mac = MACAddress([2, 0, 0, 0, 0, number] as [UInt8]) else { return .zero }
        return mac
    }

    static func address(_ host: UInt8) -> IPv4Address { IPv4Address(10, 0, 0, host) }

    static func plan(
        pool: ClosedRange<UInt8> = 10...13, reservations: [AddressReservation] = [], isAuthoritative: Bool = true
    ) throws -> SubnetPlan {
        SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.0.0/24")),
            pools: [address(pool.lowerBound)...address(pool.upperBound)], reservations: reservations,
            leaseSeconds: 600, isAuthoritative: isAuthoritative)
    }

    static func table(_ plan: SubnetPlan, leases: [Lease] = [], probes: Bool = false, offers: Int = 100) -> LeaseTable {
        var limits = LeaseLimits()
        limits.probes = probes
        limits.offers = offers
        limits.quarantined = 3
        return LeaseTable(plans: [plan], serverAddresses: [server], leases: leases, limits: limits)
    }

    static func query(
        _ number: UInt8, requested: UInt8? = nil, server: IPv4Address? = nil, has: UInt8? = nil,
        link: IPv4Address = Rack.server, isRelayed: Bool = false
    ) -> LeaseQuery {
        LeaseQuery(
            mac: mac(number), link: link, isRelayed: isRelayed, clientAddress: has.map(address) ?? .any,
            requested: requested.map(address), server: server, hostName: "host-\(number)")
    }
}

extension LeaseAction {
    var offered: IPv4Address? {
        guard case .offer(let grant) = self else { return nil }
        return grant.address
    }

    var acknowledged: IPv4Address? {
        guard case .acknowledge(let grant, _) = self else { return nil }
        return grant.address
    }

    var changes: [LeaseChange] {
        switch self {
        case .acknowledge(_, let changes), .record(let changes, _): changes
        default: []
        }
    }

    var isRefused: Bool {
        guard case .refuse = self else { return false }
        return true
    }

    var isIgnored: Bool {
        guard case .ignore = self else { return false }
        return true
    }
}

extension LeaseTable {
    /// DISCOVER, then REQUEST of what was offered.
    mutating func give(_ number: UInt8, now: Int64) -> IPv4Address? {
        guard let address = discover(Rack.query(number), now: now).offered else { return nil }
        var query = Rack.query(number, server: Rack.server)
        query.requested = address
        return request(query, now: now).acknowledged
    }
}
