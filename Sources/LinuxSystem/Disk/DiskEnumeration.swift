import CLinux
import DiskFormats
import Glibc

/// The disks that the kernel knows, from `/sys/block` and from what stands on them.
package struct DiskEnumeration: Sendable {
    private let attributes: BlockAttributes

    /// - Parameter root: what stands in front of `/sys` and `/dev`; empty but in tests.
    package init(root: String = "") { attributes = BlockAttributes(root: root) }

    /// Every disk with a medium, but no RAM disks, optical or floppy drives, and no loop devices without a file.
    package func disks() -> [DiskDescription] {
        attributes.names(in: "/sys/block").filter(Self.isDisk).compactMap { describe($0) }
    }

    /// The disk with the kernel's `major:minor` number, as `BlockDevice.number` tells it; nil if it is gone.
    package func disk(number: String) -> DiskDescription? {
        guard let path = attributes.realPath("/sys/dev/block/\(number)"), let name = path.split(separator: "/").last
        else { return nil }
        return describe(String(name))
    }

    private static func isDisk(_ name: String) -> Bool {
        !["ram", "zram", "sr", "fd", "dm-", "md", "nbd", "mtdblock"].contains { name.hasPrefix($0) }
            && !(name.hasPrefix("mmcblk") && name.contains("boot"))
    }

    private func describe(_ name: String) -> DiskDescription? {
        let block = "/sys/block/\(name)"
        guard let path = attributes.realPath(block), let sectors = attributes.number("\(block)/size"), sectors > 0,
            // Multipath NVMe lists hidden paths beside the one disk.
            attributes.number("\(block)/hidden") != 1
        else { return nil }
        let partitions = attributes.names(in: block).filter { attributes.exists("\(block)/\($0)/partition") }
        var signatures = self.signatures("/dev/\(name)", size: sectors * 512)
        for partition in partitions {
            let size = (attributes.number("\(block)/\(partition)/size") ?? 0) * 512
            signatures += self.signatures("/dev/\(partition)", size: size)
        }
        var seen: Set<String> = []
        let numbers = partitions.compactMap { attributes.number("\(block)/\($0)/partition") }
        return DiskDescription(
            name: name, size: sectors * 512,
            sectorSize: Int(attributes.number("\(block)/queue/logical_block_size") ?? 512), serial: serial(block),
            wwn: attributes.text("\(block)/wwid") ?? attributes.text("\(block)/device/wwid"),
            model: attributes.text("\(block)/device/model"), transport: Self.transport(name: name, path: path),
            isRemovable: attributes.number("\(block)/removable") == 1,
            isReadOnly: attributes.number("\(block)/ro") == 1,
            isRotational: attributes.number("\(block)/queue/rotational") == 1, path: path,
            signatures: signatures.filter { seen.insert($0).inserted },
            modaliases: DeviceAliases(tree: SystemTree(root: attributes.root)).chain(of: block),
            partitions: numbers.map { Int(clamping: $0) }.sorted(),
            holders: ([""] + partitions.map { "/\($0)" }).flatMap { attributes.names(in: "\(block)\($0)/holders") })
    }

    /// virtio's own attribute, the controller's (NVMe), or SCSI's page 0x80.
    private func serial(_ block: String) -> String? {
        attributes.text("\(block)/serial") ?? attributes.text("\(block)/device/serial")
            ?? attributes.vitalProductData("\(block)/device/vpd_pg80")
    }

    static func transport(name: String, path: String) -> DiskDescription.Transport {
        let parts = path.split(separator: "/")
        func has(_ prefix: String) -> Bool { parts.contains { $0.hasPrefix(prefix) } }
        if name.hasPrefix("loop") { return .loop }
        if has("usb") { return .usb }
        if name.hasPrefix("nvme") { return .nvme }
        if name.hasPrefix("mmcblk") { return .mmc }
        if name.hasPrefix("vd") { return .virtio }
        if has("ata") { return .sata }
        if has("end_device-") { return .sas }
        return has("target") ? .scsi : .unknown
    }

    private func signatures(_ device: String, size: UInt64) -> [String] {
        guard let file = attributes.open(device) else { return [] }
        let probe = try? SignatureProbe(size: size) { try file.bytes(at: $0, count: $1) }
        return (try? probe?.signatures()) ?? []
    }
}
