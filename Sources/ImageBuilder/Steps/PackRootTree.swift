import BootableDisk
import Foundation

extension BuildStep {
    /// Packs the finished tree as an archive that `ingot image import --format tar` takes, where one is wanted.
    static let packRootTree = BuildStep(title: "pack the root file system", isWanted: { $0.archive != nil }) { build in
        guard let archive = build.archive else { return }
        let partial = build.workspace.directory + "/" + (archive as NSString).lastPathComponent
        try await build.tools.run("tar", build.root.tarArguments(partial))
        try await build.tools.run("mv", ["--", partial, archive])
    }
}

extension RootTree {
    /// Arguments of tar(1) that pack the tree into a file, compressed as its name says, with users as numbers.
    package func tarArguments(_ archive: String) -> [String] {
        [
            "--create", "--file=\(archive)", "--auto-compress", "--format=pax", "--numeric-owner", "--xattrs",
            "--xattrs-include=*", "--sort=name", "--pax-option=delete=atime,delete=ctime", "--directory=\(path)", ".",
        ]
    }
}
