import BootableDisk

extension BuildStep {
    /// Makes the root file system in its partition.
    package static let makeRootFileSystem = BuildStep(title: "make the root file system") { build in
        try await build.tools.run(
            "mke2fs",
            build.layout.mke2fsArguments(
                build.workspace.image, identities: build.identities, tree: build.workspace.root))
    }
}
