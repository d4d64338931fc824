import BootableDisk

extension BuildStep {
    /// Writes the recipe's files and decides which units start.
    package static let configureSystem = BuildStep(title: "configure the system") { build in
        let (recipe, root) = (build.recipe, build.root)
        try root.remove("/etc/apt/sources.list{,.d/*}")
        let kept = recipe.sources ?? build.sources.map { root.keyringChecked($0).paragraph }
        try root.write("/etc/apt/sources.list.d/debian.sources", kept.joined(separator: "\n"))
        if root.has("/usr/lib/systemd/systemd-resolved") {
            try root.link("/etc/resolv.conf", to: "../run/systemd/resolve/stub-resolv.conf")
        }
        try root.write("/etc/default/grub", build.grub.defaults(distributor: "Debian"))
        for file in recipe.files {
            try root.write(file.path, build.identities.fill(file.content), mode: file.mode)
        }
        if !recipe.enable.isEmpty {
            try await build.tools.run("chroot", [root.path, "systemctl", "enable"] + recipe.enable)
        }
        for unit in recipe.mask {
            try root.link("/etc/systemd/system/\(unit)", to: "/dev/null")
        }
        for generator in recipe.maskGenerators {
            try root.link("/etc/systemd/system-generators/\(generator)", to: "/dev/null")
        }
    }
}

extension RootTree {
    /// The source without a keyring that only the build machine has.
    fileprivate func keyringChecked(_ source: AptSource) -> AptSource {
        var source = source
        if let keyring = source.signedBy, keyring.hasPrefix("/"), !has(keyring) { source.signedBy = nil }
        return source
    }
}
