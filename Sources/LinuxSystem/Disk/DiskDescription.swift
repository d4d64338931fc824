/// A disk as the kernel and its own content describe it.
package struct DiskDescription: Hashable, Sendable {
    /// How a disk is attached; raw values as inventories write them.
    package enum Transport: String, Hashable, Sendable {
        case nvme, sata, sas, scsi, virtio, usb, mmc, loop, unknown
    }

    /// The kernel's name: `sda`.
    package var name: String
    /// Bytes.
    package var size: UInt64
    /// Logical sector size in bytes.
    package var sectorSize: Int
    package var serial: String?
    /// As the kernel's `wwid` prints it.
    package var wwn: String?
    package var model: String?
    package var transport: Transport
    package var isRemovable: Bool
    package var isReadOnly: Bool
    package var isRotational: Bool
    /// The device path below `/sys/devices`.
    package var path: String
    /// Of the whole disk and of its partitions, as blkid names them, without repetition.
    package var signatures: [String]
    /// Of the disk and of everything that it hangs on.
    package var modaliases: [String]
    /// Numbers of the partitions that the kernel knows.
    package var partitions: [Int]
    /// Devices built upon the disk or a partition of it: `dm-0`, `md0`.
    package var holders: [String]

    /// The device's node.
    package var devicePath: String { "/dev/\(name)" }
}
