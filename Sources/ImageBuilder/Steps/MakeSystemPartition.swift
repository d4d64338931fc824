extension BuildStep {
    /// Makes the EFI system partition: shim and GRUB at the fallback path and in `EFI/debian`.
    package static let makeSystemPartition = BuildStep(title: "make the EFI system partition") { build in
        let (workspace, layout) = (build.workspace, build.layout)
        let configuration = workspace.directory + "/grub.cfg"
        try RootTree(workspace.directory).write("/grub.cfg", build.grub.esp)
        try await build.tools.run("truncate", ["--size=\(layout.esp.count * 512)", "--", workspace.esp])
        let serial = build.identities.esp.filter { $0 != "-" }
        try await build.tools.run("mkfs.vfat", ["-F", "32", "-n", "ESP", "-i", serial, workspace.esp])
        let settings = ["MTOOLSRC": "/dev/null", "MTOOLS_SKIP_CHECK": "1"]
        let mtools = ["-i", workspace.esp]
        try await build.tools.run(
            "mmd", mtools + ["::/EFI", "::/EFI/BOOT", "::/EFI/debian"], environment: settings)
        for (source, target) in systemPartitionFiles {
            try await build.tools.run(
                "mcopy", mtools + ["\(workspace.keep)/\(source.rawValue)", "::/EFI/\(target)"], environment: settings)
        }
        try await build.tools.run(
            "mcopy", mtools + [configuration, "::/EFI/debian/grub.cfg"], environment: settings)
        try await build.tools.run(
            "dd",
            [
                "if=\(workspace.esp)", "of=\(workspace.image)", "bs=1M", "seek=\(layout.esp.lowerBound / 2048)",
                "conv=notrunc,sparse", "status=none",
            ])
    }

    /// What stands where below `EFI`. Debian's signed GRUB reads `EFI/debian/grub.cfg` from wherever it was started.
    private static let systemPartitionFiles: [(BootLoaderFile, String)] = [
        (.shim, "BOOT/BOOTX64.EFI"), (.grub, "BOOT/grubx64.efi"), (.mokTool, "BOOT/mmx64.efi"),
        (.shim, "debian/shimx64.efi"), (.grub, "debian/grubx64.efi"), (.mokTool, "debian/mmx64.efi"),
    ]
}
