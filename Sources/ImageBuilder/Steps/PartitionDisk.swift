import BootableDisk

extension BuildStep {
    /// Makes the image's file with its partition table.
    package static let partitionDisk = BuildStep(title: "partition the disk") { build in
        let image = build.workspace.image
        try await build.tools.run("truncate", ["--size=\(build.layout.totalSectors * 512)", "--", image])
        try await build.tools.run("sgdisk", build.layout.sgdiskArguments(image))
        let header = try DiskFile.read(image, offset: 512, count: 8)
        guard header == Array("EFI PART".utf8) else {
            throw BuildError("sgdisk wrote no partition table to \(image)")
        }
    }
}
