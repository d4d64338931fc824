package import AgentProtocol
package import LinuxSystem

/// What `inject` does to the root file system of the installed system. Calls block.
package struct Injection: Sendable {
    package let files: [InjectedFile]
    package let links: [InjectedLink]

    package init(files: [InjectedFile], links: [InjectedLink]) {
        self.files = files
        self.links = links
    }

    /// What cloud-init keeps of earlier boots of the image: with it, it would take this one for an old friend.
    private static let instanceState = ["instance", "instances", "data", "sem"].map { "/var/lib/cloud/\($0)" }

    /// Writes everything; afterwards it is on the medium.
    package func apply(to tree: RootTree) throws {
        guard try tree.entry("/etc")?.kind == .directory else {
            throw PhaseFailure(
                .imageUnfit, "the image's root partition has no directory /etc: it does not hold the root of a system")
        }
        for path in Self.instanceState { try tree.remove(path) }
        for file in files { try tree.write(file.path, Array(file.content.utf8), mode: file.mode) }
        for link in links { try tree.link(link.path, to: link.target) }
        try tree.sync()
    }

    /// Throws unless everything is there as it was ordered.
    package func check(_ tree: RootTree) throws {
        for file in files {
            let expected = RootTree.Entry(
                kind: .file(Array(file.content.utf8)), mode: file.mode & 0o7777, owner: 0, group: 0)
            guard try tree.entry(file.path) == expected else {
                throw PhaseFailure(.verifyMismatch, "\(file.path) does not hold what was written into it")
            }
        }
        for link in links {
            guard try tree.entry(link.path)?.kind == .link(link.target) else {
                throw PhaseFailure(.verifyMismatch, "\(link.path) does not lead to \(link.target)")
            }
        }
    }
}
