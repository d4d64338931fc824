import BootableDisk

extension BuildStep {
    /// Saves what the disk boots with, before pruning, from the image's own packages.
    package static let keepBootLoader = BuildStep(title: "collect the boot loader") { build in
        let (root, keep) = (build.root, build.workspace.keep)
        for file in BootLoaderFile.allCases {
            guard root.has(file.path) else {
                throw BuildError("\(file.path) is missing: add the package \(file.package) to the recipe")
            }
            try await build.tools.run("cp", ["--", try root.outer(file.path), keep + "/" + file.rawValue])
        }
        try root.write("/boot/grub/embedded.cfg", build.grub.embedded)
        try await build.tools.run(
            "chroot",
            [root.path, "grub-mkimage"]
                + build.grub.mkimageArguments(
                    configuration: "/boot/grub/embedded.cfg", output: "/boot/grub/core.img"))
        try await build.tools.run("mv", ["--", try root.outer("/boot/grub/core.img"), keep + "/core.img"])
        try root.remove("/boot/grub/embedded.cfg")
        try await build.tools.run(
            "cp", ["--recursive", "--", try root.outer("/usr/lib/grub/i386-pc"), try root.outer("/boot/grub/i386-pc")])
        let kernel = try root.kernel()
        try root.write(
            "/boot/grub/grub.cfg",
            build.grub.menu(
                kernel: "vmlinuz-\(kernel)", initramfs: "initrd.img-\(kernel)", title: build.recipe.name))
    }
}

extension RootTree {
    /// The version of the one kernel that is installed.
    func kernel() throws -> String {
        let kernels = try matches("/boot/vmlinuz-*").map { String($0.dropFirst("/boot/vmlinuz-".count)) }
        guard kernels.count == 1, let kernel = kernels.first else {
            throw BuildError("expected one kernel in /boot, found \(kernels.count): \(kernels.joined(separator: ", "))")
        }
        return kernel
    }
}
