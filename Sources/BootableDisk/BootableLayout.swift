/// Where the partitions of a disk lie that is made here, in sectors of 512 bytes: BIOS boot, EFI system, root.
package struct BootableLayout: Hashable, Sendable {
    package let totalSectors: Int
    package let bios: ClosedRange<Int>
    package let esp: ClosedRange<Int>
    package let root: ClosedRange<Int>

    /// Sectors that the backup table takes at the disk's end (UEFI 5.3.1).
    private static let backupTable = 33

    /// - Parameter esp: at least 33 MiB, the least that FAT32 takes.
    package init(size: DiskExtent, esp: DiskExtent) {
        totalSectors = size.sectors
        bios = 2048...4095
        self.esp = 4096...(4095 + esp.sectors)
        let first = self.esp.upperBound + 1
        let blocks = (totalSectors - Self.backupTable - first) / 8
        root = first...(first + blocks * 8 - 1)
    }

    /// The root file system's size in blocks of 4096 bytes.
    package var rootBlocks: Int { root.count / 8 }

    /// Where the root file system begins, in bytes.
    package var rootOffset: Int { root.lowerBound * 512 }

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

    /// Arguments of mke2fs(8) that make the root file system in the disk's file: with its tables written, so that nothing is
    /// left to write at the first boot, and without what GRUB 2.06 or a kernel before 5.15 cannot read.
    /// - Parameters:
    ///   - inodes: how many there are; nil leaves it to mke2fs.
    ///   - tree: the directory that becomes its contents; nil makes an empty one.
    package func mke2fsArguments(
        _ path: String, identities: ImageIdentities, inodes: Int? = nil, tree: String? = nil
    ) -> [String] {
        var arguments = ["-q", "-F", "-t", "ext4", "-O", "^metadata_csum_seed,^orphan_file", "-b", "4096"]
        arguments += ["-L", "root", "-U", identities.root]
        arguments += ["-E", "offset=\(rootOffset),lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0"]
        if let inodes { arguments += ["-N", "\(inodes)"] }
        if let tree { arguments += ["-d", tree] }
        return arguments + [path, "\(rootBlocks)"]
    }
}
