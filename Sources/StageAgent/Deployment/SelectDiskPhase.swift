import AgentProtocol
import DiskFormats
import ImageFormat
import NetworkTypes

/// Finds the ordered disk, opens it, and checks on the open device that it is that disk and may be written.
struct SelectDiskPhase: Phase {
    let name = PhaseName.selectDisk

    func run(_ deployment: DeploymentContext) async throws {
        let binding = deployment.order.disk
        let manifest = try deployment.manifest
        let disk = try await deployment.blocking {
            let chosen = try Self.choose(binding, from: deployment.platform.disks())
            let disk = try attempt(.diskSelection) { try deployment.platform.open(chosen) }
            try Self.recheck(disk, binding: binding)
            try ImageFit.check(
                manifest, diskSize: disk.medium.size, sectorSize: disk.medium.sectorSize,
                firmware: deployment.inventory.firmware.rawValue)
            if !binding.mayOverwrite { try Self.refuseForeign(disk, diskGUID: manifest.partitionTable.diskGUID) }
            return disk
        }
        deployment.note { $0.disk = disk }
        deployment.log("the disk is \(disk.description.summary)")
    }

    /// The one disk that the order is bound to.
    static func choose(_ binding: DiskBinding, from disks: [Disk]) throws(PhaseFailure) -> Disk {
        let matches = disks.filter(binding.matches)
        guard let disk = matches.first, matches.count == 1 else {
            let list = disks.isEmpty ? "no disk at all" : disks.map(\.summary).joined(separator: "; ")
            throw PhaseFailure(
                .diskSelection,
                "\(matches.count) disks are the ordered one (serial \(binding.serial ?? "none"), wwn "
                    + "\(binding.wwn ?? "none"), \(binding.size) bytes, \(binding.path)); the host has \(list)")
        }
        // A server that names a loop device means it; no other way leads to one.
        if disk.transport != .loop, let reason = disk.reasonAgainstWriting {
            throw PhaseFailure(.diskSelection, "\(disk.summary) \(reason): it is never written")
        }
        return disk
    }

    static func recheck(_ disk: OpenDisk, binding: DiskBinding) throws(PhaseFailure) {
        let found = disk.description
        guard binding.matches(found), disk.medium.size == binding.size, disk.medium.sectorSize == binding.sectorSize
        else {
            throw PhaseFailure(
                .diskSelection,
                "the open device \(disk.devicePath) is not the ordered disk: it is \(found.summary) of "
                    + "\(disk.medium.size) bytes")
        }
    }

    /// A disk with any signature holds a foreign system, unless its table is the one of this very image: then an earlier
    /// attempt of ours got as far as its last phase.
    static func refuseForeign(_ disk: OpenDisk, diskGUID: String) throws {
        guard !disk.description.signatures.isEmpty else { return }
        let medium = disk.medium
        let table = try? GPTTable.read(diskSize: medium.size, sectorSize: medium.sectorSize) { offset, count in
            try medium.bytes(at: offset, count: count)
        }
        if let table, table.diskGUID.description == diskGUID.uppercased() { return }
        throw PhaseFailure(
            .diskSelection,
            "\(disk.description.summary) holds \(disk.description.signatures.joined(separator: ", ")): allow "
                + "overwriting in the order, or wipe the disk")
    }
}
