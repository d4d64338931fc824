import DiskFormats
import ImageFormat

/// What stands on a raw disk: its partition table and what lies in each partition.
struct DiskLayout: Sendable {
    let table: GPTTable
    let partitions: [DescribedPartition]
    /// Whether BIOS finds a loader: boot code in sector 0 and the partition that it loads the rest from.
    let hasBIOSLoader: Bool

    /// The root file systems that a deployment can grow.
    private static let growable: Set<String> = ["ext4", "xfs", "btrfs"]

    /// Reads the disk in the file at `path`. Blocks the thread.
    init(path: String) throws {
        let disk = try DiskFile(path: path)
        let table = try Self.table(of: disk)
        self.table = table
        partitions = try DescribedPartition.describe(table, read: disk.read)
        let bootCode = try disk.read(0, ProtectiveMBR.bootCodeSize)
        hasBIOSLoader = partitions.contains { $0.role == .biosBoot } && bootCode.contains { $0 != 0 }
    }

    private static func table(of disk: DiskFile) throws -> GPTTable {
        let start = try disk.read(0, Int(min(disk.size, 8192)))
        func holdsHeader(_ offset: Int) -> Bool { start.dropFirst(offset).starts(with: Array("EFI PART".utf8)) }
        do {
            return try GPTTable.read(
                diskSize: disk.size, sectorSize: holdsHeader(4096) && !holdsHeader(512) ? 4096 : 512, from: disk.read)
        } catch {
            throw ImportError.undeployable("\(error); only disks with a GUID partition table can be deployed")
        }
    }

    func partition(_ role: DescribedPartition.Role) -> DescribedPartition? { partitions.first { $0.role == role } }

    /// Where the partition begins on the disk, in bytes.
    func offset(of partition: DescribedPartition) -> UInt64 { partition.entry.firstLBA * UInt64(table.sectorSize) }

    /// The partition of `/`; throws where a deployment could not grow it.
    func deployableRoot() throws(ImportError) -> DescribedPartition {
        guard let root = partition(.root) else {
            throw .undeployable("no partition with a root file system was found")
        }
        guard let fileSystem = root.fileSystem, Self.growable.contains(fileSystem) else {
            throw .undeployable(
                "its root partition \(root.number) holds \(root.fileSystem ?? "nothing that is known"), expected ext4, "
                    + "xfs or btrfs")
        }
        guard table.lastPartition == root.number else {
            throw .undeployable(
                "its root partition \(root.number) is not the last one on the disk (partition "
                    + "\(table.lastPartition ?? 0) lies behind it), so that it cannot grow")
        }
        return root
    }

    /// One line for people: number, role and file system of each partition.
    var outline: String {
        partitions.map { "\($0.number): \($0.role.rawValue), \($0.fileSystem ?? "no file system")" }
            .joined(separator: "; ")
    }

    /// The table as manifests write it.
    var summary: PartitionTable {
        PartitionTable(
            label: "gpt", diskGUID: table.diskGUID.description,
            partitions: partitions.map { partition in
                Partition(
                    number: partition.number, typeGUID: partition.entry.type.description,
                    uniqueGUID: partition.entry.unique.description, name: partition.entry.name,
                    firstLBA: partition.entry.firstLBA, lastLBA: partition.entry.lastLBA,
                    fileSystem: partition.fileSystem,
                    role: PartitionRole(rawValue: partition.role.rawValue) ?? .other)
            })
    }
}
