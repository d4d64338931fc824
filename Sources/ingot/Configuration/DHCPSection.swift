import BootPolicy
import BootServices
import LeasePolicy
import NetworkTypes
import UserAPI

/// The `dhcp` section of the configuration.
struct DHCPSection: Decodable {
    /// How long an address is probed for before its first use, in milliseconds; 0 turns probing off.
    var probeMilliseconds: Int
    /// The loader that UEFI firmware gets: `ipxe.efi` brings drivers of its own, for firmware whose network driver does
    /// not carry `snponly.efi`.
    var uefiLoader: String
    /// Another DHCP server runs on this machine and has port 67: only port 4011 is served.
    var sharesMachine: Bool
    /// What is done where another DHCP server gives addresses in a subnet of ours.
    var otherServers: ForeignServerPolicy
    /// Where hosts stand, by what their relay agents say.
    var placement: [PortPlacement]
    var subnets: [Subnet]

    private static let uefiLoaders = ["snponly.efi", "ipxe.efi"]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case probeMilliseconds, uefiLoader, sharesMachine, otherServers, placement, subnets
    }

    /// The section where the file has none.
    init() {
        probeMilliseconds = 300
        uefiLoader = Self.uefiLoaders[0]
        sharesMachine = false
        otherServers = .warn
        placement = []
        subnets = []
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        probeMilliseconds =
            try container.decodeIfPresent(Int.self, forKey: .probeMilliseconds) ?? probeMilliseconds
        uefiLoader = try container.decodeIfPresent(String.self, forKey: .uefiLoader) ?? uefiLoader
        sharesMachine = try container.decodeIfPresent(Bool.self, forKey: .sharesMachine) ?? sharesMachine
        otherServers = try container.word(.otherServers, in: "dhcp") ?? otherServers
        placement = try container.decodeIfPresent([PortPlacement].self, forKey: .placement) ?? []
        subnets = try container.decodeIfPresent([Subnet].self, forKey: .subnets) ?? []
        guard Self.uefiLoaders.contains(uefiLoader) else {
            throw CommandError(
                "dhcp.uefiLoader: '\(uefiLoader)' is none: expected \(Self.uefiLoaders.joined(separator: " or "))")
        }
        guard (0...10_000).contains(probeMilliseconds) else {
            throw CommandError("dhcp.probeMilliseconds: \(probeMilliseconds) is outside 0 to 10000")
        }
        for (index, subnet) in subnets.enumerated() {
            for other in subnets[..<index]
            where other.subnet.contains(subnet.subnet.network) || subnet.subnet.contains(other.subnet.network) {
                throw CommandError("dhcp.subnets: \(subnet.subnet) and \(other.subnet) overlap")
            }
            if sharesMachine && subnet.mode == .authoritative {
                throw CommandError(
                    "dhcp.sharesMachine: another server has port 67, so \(subnet.subnet) needs mode proxy or off")
            }
        }
    }

    /// How long an address is probed for; nil turns probing off.
    var probe: Duration? { probeMilliseconds > 0 ? .milliseconds(probeMilliseconds) : nil }

    /// The ports that DHCP is served on.
    var ports: ServedPorts { sharesMachine ? .bootServerOnly : .both }

    /// One subnet that hosts boot in.
    struct Subnet: Decodable {
        var subnet: IPv4Subnet
        /// Whether addresses and boot files are given, boot files only, or nothing.
        var mode: SubnetMode
        /// In mode `proxy`: whether the OFFER names the boot file.
        var proxyOffersFile: Bool
        /// The boot file for its hosts, where it is not to be chosen.
        var loader: String?
        /// Inclusive ranges.
        var pools: [ClosedRange<IPv4Address>]
        var routers: [IPv4Address]
        var dns: [IPv4Address]
        var domain: String?
        var ntp: [IPv4Address]
        var mtu: Int?
        var leaseSeconds: Int
        /// Whether addresses of elsewhere are refused with a NAK.
        var refuse: Bool
        var options: [FreeFormOption]
        var reservations: [Reservation]

        enum CodingKeys: String, CodingKey, CaseIterable {
            case subnet, mode, proxyOffersFile, loader, pools, routers, dns, domain, ntp, mtu, leaseSeconds, refuse
            case options, reservations
        }

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(outside: CodingKeys.allCases)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func list<T: Decodable>(_ key: CodingKeys) throws -> [T] {
                try container.decodeIfPresent([T].self, forKey: key) ?? []
            }
            subnet = try container.decode(IPv4Subnet.self, forKey: .subnet)
            mode = try container.word(.mode, in: "dhcp.subnets (\(subnet))") ?? .authoritative
            proxyOffersFile = try container.decodeIfPresent(Bool.self, forKey: .proxyOffersFile) ?? true
            loader = try container.decodeIfPresent(String.self, forKey: .loader)
            let texts: [String] = try list(.pools)
            pools = try texts.map(Self.range)
            routers = try list(.routers)
            dns = try list(.dns)
            domain = try container.decodeIfPresent(String.self, forKey: .domain)
            ntp = try list(.ntp)
            mtu = try container.decodeIfPresent(Int.self, forKey: .mtu)
            leaseSeconds = try container.decodeIfPresent(Int.self, forKey: .leaseSeconds) ?? 3600
            refuse = try container.decodeIfPresent(Bool.self, forKey: .refuse) ?? true
            options = try list(.options)
            reservations = try list(.reservations)
            try validate()
        }

        private static func range(_ text: String) throws -> ClosedRange<IPv4Address> {
            let ends = text.split(separator: "-").map { $0.filter { $0 != " " } }
            guard ends.count == 2, let first = IPv4Address(ends[0]), let last = IPv4Address(ends[1]), first <= last
            else { throw CommandError("dhcp.subnets.pools: '\(text)' is not a range such as 10.0.0.100-10.0.0.199") }
            return first...last
        }

        private func validate() throws {
            func require(_ holds: Bool, _ message: String) throws {
                if !holds { throw CommandError("dhcp.subnets (\(subnet)): \(message)") }
            }
            for pool in pools {
                try require(
                    subnet.contains(pool.lowerBound) && subnet.contains(pool.upperBound),
                    "the pool \(pool.lowerBound)-\(pool.upperBound) leaves the subnet")
                try require(
                    pool.lowerBound != subnet.network && pool.upperBound != subnet.broadcast,
                    "the pool \(pool.lowerBound)-\(pool.upperBound) holds the network or broadcast address")
            }
            for reservation in reservations {
                try require(
                    subnet.contains(reservation.address), "the reservation \(reservation.address) leaves the subnet")
            }
            try require(
                Set(reservations.map(\.mac)).count == reservations.count
                    && Set(reservations.map(\.address)).count == reservations.count,
                "a MAC or an address is reserved twice")
            try require(Set(options.map(\.code)).count == options.count, "options: a code is given twice")
            try require((60...31_536_000).contains(leaseSeconds), "leaseSeconds must be 60 to 31536000")
            if let mtu { try require((576...9216).contains(mtu), "mtu must be 576 to 9216") }
        }
    }

    /// An address that belongs to one MAC address.
    struct Reservation: Decodable {
        var mac: MACAddress
        var address: IPv4Address
        var hostname: String?

        enum CodingKeys: String, CodingKey, CaseIterable { case mac, address, hostname }

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(outside: CodingKeys.allCases)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            mac = try container.decode(MACAddress.self, forKey: .mac)
            address = try container.decode(IPv4Address.self, forKey: .address)
            hostname = try container.decodeIfPresent(String.self, forKey: .hostname)
        }
    }
}
