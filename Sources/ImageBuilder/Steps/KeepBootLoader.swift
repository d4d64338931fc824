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
            [
                root.path, "grub-mkimage", "--format=i386-pc", "--directory=/usr/lib/grub/i386-pc",
                "--prefix=/boot/grub", "--config=/boot/grub/embedded.cfg", "--output=/boot/grub/core.img",
            ] + GrubConfiguration.builtInModules)
        try await build.tools.run("mv", ["--", try root.outer("/boot/grub/core.img"), keep + "/core.img"])
        try root.remove("/boot/grub/embedded.cfg")
        try await build.tools.run(
            "cp", ["--recursive", "--", try root.outer("/usr/lib/grub/i386-pc"), try root.outer("/boot/grub/i386-pc")])
        try root.write("/boot/grub/grub.cfg", build.grub.menu(kernel: try root.kernel(), title: build.recipe.name))
    }
}

/// The boot loader's files that an image is made with.
package enum BootLoaderFile: String, CaseIterable {
    case boot = "boot.img"
    case shim = "shimx64.efi"
    case mokTool = "mmx64.efi"
    case grub = "grubx64.efi"

    /// Where its package puts it.
    package var path: String {
        switch self {
        case .boot: "/usr/lib/grub/i386-pc/boot.img"
        case .shim: "/usr/lib/shim/shimx64.efi.signed"
        case .mokTool: "/usr/lib/shim/mmx64.efi.signed"
        case .grub: "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"
        }
    }

    /// The package that brings it.
    package var package: String {
        switch self {
        case .boot: "grub-pc-bin"
        case .shim, .mokTool: "shim-signed"
        case .grub: "grub-efi-amd64-signed"
        }
    }
}

extension GrubConfiguration {
    /// Modules of `core.img`: all that the menu needs, so that it works without `/boot/grub/i386-pc`.
    static let builtInModules = [
        "biosdisk", "part_gpt", "ext2", "search_fs_uuid", "search", "normal", "configfile", "linux", "echo", "test",
        "serial",
        "terminal",
    ]
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
