extension BuildStep {
    /// Makes the root file system in its partition.
    package static let makeRootFileSystem = BuildStep(title: "make the root file system") { build in
        try await build.tools.run("mke2fs", build.mke2fsArguments)
    }
}

extension ImageBuild {
    /// Arguments of mke2fs(8): the tree as ext4 at the partition's place, with its tables written, so that nothing is
    /// left to write at the first boot.
    package var mke2fsArguments: [String] {
        let layout = layout
        return [
            "-q", "-F", "-t", "ext4", "-b", "4096", "-L", "root", "-U", identities.root, "-E",
            "offset=\(layout.root.lowerBound * 512),lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0", "-d",
            workspace.root, workspace.image, "\(layout.rootBlocks)",
        ]
    }
}
