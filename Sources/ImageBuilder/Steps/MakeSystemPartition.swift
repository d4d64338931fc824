import BootableDisk

extension BuildStep {
    /// Makes the EFI system partition: shim and GRUB at the fallback path and in `EFI/debian`.
    package static let makeSystemPartition = BuildStep(title: "make the EFI system partition") { build in
        let (workspace, layout) = (build.workspace, build.layout)
        let configuration = workspace.directory + "/grub.cfg"
        try RootTree(workspace.directory).write("/grub.cfg", build.grub.esp)
        try await build.tools.run("truncate", ["--size=\(layout.esp.count * 512)", "--", workspace.esp])
        let serial = build.identities.esp.filter { $0 != "-" }
        try await build.tools.run("mkfs.vfat", ["-F", "32", "-n", "ESP", "-i", serial, workspace.esp])
        let (partition, settings) = (SystemPartition(), SystemPartition.environment)
        let mtools = ["-i", workspace.esp]
        try await build.tools.run(
            "mmd", mtools + partition.directories.map { "::/\($0)" }, environment: settings)
        for (source, target) in partition.files {
            try await build.tools.run(
                "mcopy", mtools + ["\(workspace.keep)/\(source.rawValue)", "::/EFI/\(target)"], environment: settings)
        }
        try await build.tools.run(
            "mcopy", mtools + [configuration, "::/EFI/\(partition.configuration)"], environment: settings)
        try await build.tools.run(
            "dd",
            [
                "if=\(workspace.esp)", "of=\(workspace.image)", "bs=1M", "seek=\(layout.esp.lowerBound / 2048)",
                "conv=notrunc,sparse", "status=none",
            ])
    }
}
