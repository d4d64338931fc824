import AgentProtocol
package import ImageFormat

/// Decides, before the first write, whether an image can be put onto a disk so that it is right.
package enum ImageFit {
    /// The root file systems that can be grown.
    package static let growable: Set<String> = ["ext4", "ext3", "ext2", "xfs", "btrfs"]

    /// Throws `FailureCode.imageUnfit` with the reason where it cannot.
    ///
    /// - Parameters:
    ///   - diskSize: bytes.
    ///   - sectorSize: the disk's logical sector size in bytes.
    package static func check(
        _ manifest: Manifest, diskSize: UInt64, sectorSize: Int, firmware: String
    ) throws(PhaseFailure) {
        guard manifest.sectorSize == sectorSize else {
            throw unfit(
                "its partition table counts in sectors of \(manifest.sectorSize) bytes, the disk has sectors of "
                    + "\(sectorSize): use an image made for such disks")
        }
        guard manifest.diskSize <= diskSize else {
            throw unfit(
                "it needs \(DiskSize.text(manifest.diskSize)) (\(manifest.diskSize) bytes), the disk has "
                    + "\(DiskSize.text(diskSize)) (\(diskSize)): choose a larger disk")
        }
        guard manifest.firmware.isEmpty || manifest.firmware.contains(firmware) else {
            throw unfit("it boots by \(manifest.firmware.joined(separator: " or ")), this host by \(firmware)")
        }
        try checkRoot(manifest.partitionTable)
    }

    private static func checkRoot(_ table: PartitionTable) throws(PhaseFailure) {
        guard table.label == "gpt" else { throw unfit("its partition table is '\(table.label)', expected gpt") }
        guard let root = table.root else { throw unfit("it has no partition that can hold /") }
        guard let fileSystem = root.fileSystem, growable.contains(fileSystem) else {
            throw unfit(
                "its root partition \(root.number) holds \(root.fileSystem ?? "nothing that is known"), which cannot be "
                    + "grown: expected \(growable.sorted().joined(separator: ", "))")
        }
        if let behind = table.partitions.first(where: { $0.lastLBA > root.lastLBA }) {
            throw unfit(
                "its root partition \(root.number) is not the last one: partition \(behind.number) lies behind it")
        }
    }

    private static func unfit(_ reason: String) -> PhaseFailure {
        PhaseFailure(.imageUnfit, "the image does not fit: \(reason)")
    }
}
