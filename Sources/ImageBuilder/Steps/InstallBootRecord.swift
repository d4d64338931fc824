import BootableDisk

extension BuildStep {
    /// Places GRUB for BIOS in sector 0 and the BIOS boot partition, then checks the whole table.
    package static let installBootRecord = BuildStep(title: "install GRUB for BIOS") { build in
        let (image, keep, bios) = (build.workspace.image, build.workspace.keep, build.layout.bios)
        let core = try BootRecord.core(
            try DiskFile.readAll(keep + "/core.img"), at: bios.lowerBound, room: bios.count)
        let sector = try BootRecord.sector(
            boot: try DiskFile.readAll(keep + "/boot.img"),
            current: try DiskFile.read(image, offset: 0, count: 512), core: bios.lowerBound)
        try DiskFile.write(core, to: image, offset: bios.lowerBound * 512)
        try DiskFile.write(sector, to: image, offset: 0)
        let report = try await build.tools.run("sgdisk", ["--verify", image])
        guard report.contains("No problems found") else { throw BuildError("sgdisk --verify says: \(report)") }
    }
}
