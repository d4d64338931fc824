import DiskFormats
import ImageFormat
package import NIOPosix

/// Reads partition table, firmware modes and operating system of a raw disk without mounting anything.
package struct DiskInspector: DiskInspecting {
    private let pool: NIOThreadPool

    package init(pool: NIOThreadPool = .singleton) { self.pool = pool }

    package func inspect(_ path: String) async throws -> DiskFacts {
        let layout = try await pool.runIfActive { try DiskLayout(path: path) }
        let root = try layout.deployableRoot()
        var firmware: [String] = []
        if layout.hasBIOSLoader { firmware.append("bios") }
        if let system = layout.partition(.efiSystem), try await hasUEFILoader(path, system, layout) {
            firmware.append("uefi")
        }
        guard !firmware.isEmpty else {
            throw ImportError.undeployable(
                "it boots in no firmware mode: neither boot code in sector 0 with a BIOS boot partition, nor "
                    + "\\EFI\\BOOT\\BOOTX64.EFI in an EFI system partition (\(layout.outline))")
        }
        var os = try await release(path, root, layout)
        if firmware.contains("uefi") || root.entry.type.description == PartitionType.rootX8664 {
            os.architecture = "amd64"
        }
        return DiskFacts(
            sectorSize: layout.table.sectorSize, partitionTable: layout.summary, os: os, firmware: firmware)
    }

    /// Asks mtools for the loader that firmware starts from a disk without boot entries (UEFI 2.10, section 3.5.1.1).
    private func hasUEFILoader(
        _ path: String, _ partition: DescribedPartition, _ layout: DiskLayout
    ) async throws -> Bool {
        guard partition.fileSystem == "vfat" else { return false }
        let image = "\(ToolRun.inputPath)@@\(layout.offset(of: partition))"
        return try await ToolRun(
            program: "mdir", arguments: ["-b", "-i", image, "::/EFI/BOOT/BOOTX64.EFI"], input: path
        ).run().isSuccess
    }

    /// Reads os-release(5) out of an ext4 file system with debugfs; nothing is known of other file systems.
    private func release(
        _ path: String, _ root: DescribedPartition, _ layout: DiskLayout
    ) async throws -> OSFacts {
        guard root.fileSystem == "ext4" else { return OSFacts() }
        let image = "\(ToolRun.inputPath)?offset=\(layout.offset(of: root))"
        for name in ["/usr/lib/os-release", "/etc/os-release"] {
            let answer = try await ToolRun(program: "debugfs", arguments: ["-R", "cat \(name)", image], input: path)
                .run()
            if answer.isSuccess && !answer.output.isEmpty { return OSFacts(osRelease: answer.output) }
        }
        return OSFacts()
    }
}
