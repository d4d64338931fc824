import BootPolicy
import LeasePolicy

extension DHCPSection {
    /// What the DHCP service gives out.
    var plans: [SubnetPlan] {
        subnets.map { subnet in
            SubnetPlan(
                subnet: subnet.subnet, pools: subnet.pools,
                reservations: subnet.reservations.map {
                    AddressReservation(mac: $0.mac, address: $0.address, hostName: $0.hostname)
                },
                leaseSeconds: UInt32(subnet.leaseSeconds), routers: subnet.routers, dns: subnet.dns,
                domain: subnet.domain, ntp: subnet.ntp, mtu: subnet.mtu.map { UInt16($0) },
                options: subnet.options.map { PlainOption(code: $0.code, bytes: $0.bytes) },
                isAuthoritative: subnet.refuse, mode: subnet.mode, proxyOffersFile: subnet.proxyOffersFile)
        }
    }

    /// Where the DHCP service finds out where hosts stand.
    var placements: PlacementRules { PlacementRules(placement.map(\.rule)) }
}
