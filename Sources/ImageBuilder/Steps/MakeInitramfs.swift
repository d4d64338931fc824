import BootableDisk

extension BuildStep {
    /// Prunes the tree, then makes the initramfs with the drivers that the recipe wants.
    static let makeInitramfs = BuildStep(title: "prune, and make the initramfs") { build in
        let root = build.root
        let kernel = try root.kernel()
        for pattern in build.recipe.prune {
            try root.remove(pattern)
        }
        if case .listed(let modules) = build.recipe.initramfs {
            try root.write("/etc/initramfs-tools/conf.d/modules", "MODULES=list\n")
            try root.write("/etc/initramfs-tools/hooks/modules", initramfsHook(modules), mode: 0o755)
        }
        try root.remove("/boot/initrd.img-*")
        try await build.tools.run("chroot", [root.path, "depmod", kernel])
        let said = try await build.tools.run("chroot", [root.path, "update-initramfs", "-c", "-k", kernel])
        guard root.has("/boot/initrd.img-\(kernel)") else {
            throw BuildError("update-initramfs made no /boot/initrd.img-\(kernel): \(said)")
        }
    }
}

/// A hook of initramfs-tools(7) that adds modules without loading them: udev loads what the hardware asks for.
func initramfsHook(_ modules: [String]) -> String {
    """
    #!/bin/sh
    [ "$1" = prereqs ] && exit 0
    . /usr/share/initramfs-tools/hook-functions
    manual_add_modules \(modules.joined(separator: " "))

    """
}
