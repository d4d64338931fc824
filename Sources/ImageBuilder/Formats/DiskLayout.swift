/// Where an image's partitions lie, in sectors of 512 bytes: BIOS boot, EFI system, root.
package struct DiskLayout: Hashable, Sendable {
    package let totalSectors: Int
    package let bios: ClosedRange<Int>
    package let esp: ClosedRange<Int>
    package let root: ClosedRange<Int>

    /// Sectors that the backup table takes at the disk's end (UEFI 5.3.1).
    private static let backupTable = 33

    package init(_ disk: RecipeDisk) {
        totalSectors = disk.size.sectors
        bios = 2048...4095
        esp = 4096...(4095 + disk.esp.sectors)
        let first = esp.upperBound + 1
        let blocks = (totalSectors - Self.backupTable - first) / 8
        root = first...(first + blocks * 8 - 1)
    }

    /// The root file system's size in blocks of 4096 bytes.
    package var rootBlocks: Int { root.count / 8 }

    /// Arguments of sgdisk(8) that write this table to `path`.
    package func sgdiskArguments(_ path: String) -> [String] {
        func partition(_ number: Int, _ sectors: ClosedRange<Int>, _ type: String, _ name: String) -> [String] {
            [
                "--new=\(number):\(sectors.lowerBound):\(sectors.upperBound)", "--typecode=\(number):\(type)",
                "--change-name=\(number):\(name)",
            ]
        }
        return ["--set-alignment=8"] + partition(1, bios, "EF02", "bios") + partition(2, esp, "EF00", "esp")
            + partition(3, root, "8304", "root") + [path]
    }
}
