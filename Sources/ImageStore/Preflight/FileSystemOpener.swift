import DiskFormats
import NIOPosix

/// Opens the file systems of a disk, each by what can read it.
struct FileSystemOpener: Sendable {
    let disk: String
    let layout: DiskLayout
    let pool: NIOThreadPool

    func open(_ partition: DescribedPartition) async throws -> any FileSystemReading {
        let offset = layout.offset(of: partition)
        switch partition.fileSystem {
        case "ext2", "ext3", "ext4": return Ext4Files(disk: disk, offset: offset)
        case let type? where MountedFiles.reads(type):
            let size = (partition.entry.lastLBA - partition.entry.firstLBA + 1) * UInt64(layout.table.sectorSize)
            return try await MountedFiles(disk: disk, offset: offset, size: size, type: type, pool: pool)
        default: throw ExaminationError("it holds \(partition.fileSystem ?? "nothing that is known")")
        }
    }

    /// A file system of its own for `/boot`; nil where there is none.
    func bootFiles() async throws -> (any FileSystemReading)? {
        for partition in layout.partitions where partition.role == .other {
            guard let type = partition.fileSystem, ["ext2", "ext3", "ext4"].contains(type) || MountedFiles.reads(type)
            else { continue }
            let files = try await open(partition)
            if try await files.entries(in: "/").contains(where: { KernelReader.isInitramfs($0.name) }) { return files }
        }
        return nil
    }
}
