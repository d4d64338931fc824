import BootServices
import Glibc
import HTTPServices
import LeasePolicy
import NetworkTypes
import UserAPI

/// What the user API shows of DHCP and the disk.
struct Facts: ServerFacts {
    let networks: [BootNetwork]
    let dhcp: DHCPService
    let watches: [ForeignServerWatch]
    let reservations: ReservationDesk
    /// Its warnings are what `--check` would say.
    let live: LiveConfiguration
    let dataPath: String

    /// Below this share of its size, the data directory's file system is nearly full.
    private static let freeShare: UInt = 20

    var interfaces: [InterfaceStatus] { networks.map(\.status) }

    var otherDHCPServers: [OtherDHCPServer] {
        watches.flatMap { watch in
            watch.servers.map { server in
                OtherDHCPServer(
                    interface: watch.interface.name, address: server.address, mac: server.mac,
                    firstSeen: Timestamp(server.firstSeen / 1000), lastSeen: Timestamp(server.lastSeen / 1000),
                    givesAddresses: server.lastAddress != nil, isProxy: server.isProxy, bootFile: server.bootFile,
                    isGivenWay: watch.isSilent && server.lastAddress != nil)
            }
        }
    }

    func leases() async throws -> [LeaseSummary] {
        await dhcp.leases.map { entry in
            LeaseSummary(
                address: entry.address, mac: entry.mac, subnet: entry.subnet, state: entry.state.rawValue,
                hostName: entry.hostName, hostID: nil, expires: entry.expiresAt.map { Timestamp($0) })
        }
    }

    func chunkStoreFreeBytes() -> UInt64? { fileSystem.map { UInt64($0.f_bavail) * UInt64($0.f_frsize) } }

    func warnings() async -> [String] {
        var warnings = await live.checked.warnings + reservations.conflicts
        if let fileSystem, fileSystem.f_bavail < fileSystem.f_blocks / Self.freeShare {
            warnings.append("the file system of \(dataPath) is nearly full")
        }
        let statistics = await dhcp.statistics
        if !statistics.isGivingLeases {
            warnings.append("DHCP gives no leases: the disk did not take the last one; check it and restart the server")
        }
        if statistics.malformed > 0 {
            warnings.append("\(statistics.malformed) malformed DHCP packets were dropped since the start")
        }
        return warnings
    }

    private var fileSystem: Glibc.statvfs? {
        var status = Glibc.statvfs()
        return statvfs(dataPath, &status) == 0 ? status : nil
    }
}

extension Facts: LeaseReleasing {
    func release(_ address: IPv4Address) async -> LeaseRelease {
        switch await dhcp.free(address) {
        case .freed: .released
        case .nothingThere: .nothingThere
        case .notWritten: .notWritten
        }
    }
}
