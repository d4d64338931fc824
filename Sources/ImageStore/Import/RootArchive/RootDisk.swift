import BootableDisk

/// Makes a bootable disk around a root file system: partition table, EFI system partition, GRUB for BIOS. The files that
/// stand for the disk and for what goes onto it lie in the spool.
struct RootDisk: Sendable {
    let layout: BootableLayout
    let identities: ImageIdentities
    let grub: GrubConfiguration
    let loader: SignedLoader
    /// GRUB's first sector for BIOS, `boot.img`.
    let bootSector: [UInt8]
    let spool: SpoolDirectory
    let limits: ImportLimits

    /// The EFI system partition's size.
    static let systemPartition = DiskExtent(mebibytes: 64)
    /// What a disk has beside its root and its EFI system partition.
    private static let others = DiskExtent(mebibytes: 3)

    /// The smallest disk in whole MiB that has a root file system of `bytes`.
    static func extent(root bytes: UInt64) -> DiskExtent {
        DiskExtent(mebibytes: Int((bytes + (1 << 20) - 1) >> 20) + systemPartition.mebibytes + others.mebibytes)
    }

    /// Writes the partition table and an empty root file system.
    func partition(_ disk: SpoolFile, inodes: Int) async throws {
        try disk.truncate(to: UInt64(layout.totalSectors) * 512)
        try await run("sgdisk", layout.sgdiskArguments(disk.path), writes: [disk.path])
        try await run(
            "mke2fs", layout.mke2fsArguments(disk.path, identities: identities, inodes: inodes), writes: [disk.path])
    }

    /// Makes the EFI system partition's file system.
    func makeSystemPartition(_ disk: SpoolFile) async throws {
        let partition = SystemPartition(vendor: loader.vendor ?? SystemPartition().vendor)
        let start = layout.esp.lowerBound
        // With --offset the size of a cluster comes from the whole file, and would be too large for FAT32: hence -s.
        try await run(
            "mkfs.vfat",
            [
                "-F", "32", "-s", "1", "-n", "ESP", "-i", identities.esp.filter { $0 != "-" }, "--offset=\(start)",
                disk.path,
                "\(layout.esp.count / 2)",
            ], writes: [disk.path])
        let image = "\(disk.path)@@\(start * 512)"
        try await mtool("mmd", ["-i", image] + partition.directories.map { "::/\($0)" }, on: disk)
        for (file, path) in partition.files {
            guard let bytes = loader.bytes(of: file) else { continue }
            try await copy(bytes, to: "::/EFI/\(path)", image, on: disk)
        }
        try await copy(Array(grub.esp.utf8), to: "::/EFI/\(partition.configuration)", image, on: disk)
    }

    /// Places GRUB for BIOS in sector 0 and the BIOS boot partition, then checks the whole table.
    func installBootRecord(_ disk: SpoolFile) async throws {
        let bios = layout.bios
        let core = try await makeCore()
        do {
            let placed = try BootRecord.core(core, at: bios.lowerBound, room: bios.count)
            let sector = try BootRecord.sector(
                boot: bootSector, current: FileStart.read(disk.path, count: 512), core: bios.lowerBound)
            try placed.withUnsafeBytes { try disk.write($0, at: UInt64(bios.lowerBound) * 512) }
            try sector.withUnsafeBytes { try disk.write($0, at: 0) }
        } catch let error as BuildError {
            throw ImportError.building(error.description)
        }
        let report = try await run("sgdisk", ["--verify", disk.path], writes: [disk.path])
        guard report.contains("No problems found") else {
            throw ImportError.building("sgdisk finds its partition table wrong: \(report)")
        }
    }

    private func makeCore() async throws -> [UInt8] {
        try await withFile(Array(grub.embedded.utf8)) { configuration in
            try await withFile([]) { core in
                try await run(
                    "grub-mkimage", grub.mkimageArguments(configuration: configuration, output: core),
                    reads: [configuration], writes: [core])
                let size = layout.bios.count * 512
                return try FileStart.read(core, count: size + 1)
            }
        }
    }

    private func copy(_ bytes: [UInt8], to path: String, _ image: String, on disk: SpoolFile) async throws {
        try await withFile(bytes) { file in
            try await mtool("mcopy", ["-i", image, file, path], on: disk, reads: [file])
        }
    }

    private func mtool(
        _ program: String, _ arguments: [String], on disk: SpoolFile, reads: [String] = []
    ) async throws {
        try await run(
            program, arguments, reads: reads, writes: [disk.path], environment: SystemPartition.environment)
    }

    /// Runs `body` with a file of these bytes in the spool.
    private func withFile<T>(_ bytes: [UInt8], _ body: (String) async throws -> T) async throws -> T {
        try await spool.withFile { file in
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
            try file.truncate(to: UInt64(bytes.count))
            return try await body(file.path)
        }
    }

    @discardableResult
    private func run(
        _ program: String, _ arguments: [String], reads: [String] = [], writes: [String],
        environment: [String: String] = [:]
    ) async throws -> String {
        let tool = ToolRun(
            program: program, arguments: arguments, reads: reads, writes: writes, environment: environment,
            memory: limits.converterMemory, seconds: limits.converterSeconds,
            fileSize: UInt64(layout.totalSectors) * 512)
        let answer = try await tool.run()
        guard answer.isSuccess else { throw ImportError.building("\(program): \(answer.complaint)") }
        return answer.output
    }
}
