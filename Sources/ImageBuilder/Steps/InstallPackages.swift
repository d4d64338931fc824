import BootableDisk
import Foundation

extension BuildStep {
    /// Fills the tree with the recipe's packages.
    static let installPackages = BuildStep(title: "install packages") { build in
        let sources = build.workspace.directory + "/image.sources"
        try build.sources.write(to: sources)
        // Mounts of the installation vanish with this namespace, however it ends. A later step makes the initramfs.
        try await build.tools.run(
            "unshare",
            ["--mount", "--propagation", "private", "--", "mmdebstrap", "--quiet"]
                + build.recipe.mmdebstrapArguments(target: build.workspace.root, sources: sources),
            environment: ["INITRD": "No"])
    }
}

extension [AptSource] {
    /// Writes a `.sources` file.
    func write(to path: String) throws {
        let text = map(\.paragraph).joined(separator: "\n")
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw BuildError("cannot write \(path)")
        }
    }
}

extension Recipe {
    /// Arguments of mmdebstrap(1) for a tree in `target` from the apt sources in the file `sources`.
    package func mmdebstrapArguments(target: String, sources: String) -> [String] {
        var arguments = [
            "--mode=root", "--variant=minbase", "--format=directory", "--architectures=\(architecture)",
            "--include=\(packages.joined(separator: ","))", "--aptopt=Acquire::Languages \"none\"",
            "--aptopt=Acquire::Retries \"3\"", "--aptopt=APT::Install-Recommends \"false\"",
        ]
        for directory in exclude {
            arguments.append("--dpkgopt=path-exclude=\(directory)/*")
        }
        if exclude.contains("/usr/share/doc") {
            arguments.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
        }
        return arguments + [suite, target, sources]
    }
}
