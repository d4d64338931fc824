import BootServices
import Glibc
import HTTPServices
import LeasePolicy
import UserAPI

/// What the status of the user API shows of DHCP and the disk.
struct Facts: ServerFacts {
    let networks: [BootNetwork]
    let dhcp: DHCPService
    let dataPath: String
    /// What `--check` would say.
    let configurationWarnings: [String]

    /// Below this share of its size, the data directory's file system is nearly full.
    private static let freeShare: UInt = 20

    var interfaces: [InterfaceStatus] { networks.map(\.status) }

    func leases() async throws -> [LeaseSummary] {
        await dhcp.leases.map { entry in
            LeaseSummary(
                address: entry.address, mac: entry.mac, subnet: entry.subnet, state: entry.state.rawValue,
                hostName: entry.hostName, hostID: nil, expires: entry.expiresAt.map { Timestamp($0) })
        }
    }

    func chunkStoreFreeBytes() -> UInt64? { fileSystem.map { UInt64($0.f_bavail) * UInt64($0.f_frsize) } }

    func warnings() async -> [String] {
        var warnings = configurationWarnings
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
