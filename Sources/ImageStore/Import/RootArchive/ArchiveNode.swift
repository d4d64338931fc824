/// A file, directory or link of the root file system that an archive becomes. Nothing of it is on this machine's disk.
final class ArchiveNode {
    enum Content {
        case directory
        /// A file whose body is the archive's: the one of this number.
        case archived(size: UInt64, body: Int)
        /// A file that the import makes.
        case made([UInt8])
        case symbolicLink([UInt8])
        case fifo
    }

    var attributes: NodeAttributes
    let content: Content
    /// A directory's entries by name.
    var children: [[UInt8]: ArchiveNode] = [:]
    /// The directory above; the root's own is itself, which nil stands for.
    private(set) weak var parent: ArchiveNode?
    /// How many directories lie above.
    let depth: Int
    /// The name of the directory below the root that it was put into first; its own where it is there itself.
    let top: [UInt8]
    /// Names of a file; not counted for directories.
    var names = 1
    /// The front of a file that the import wants to look into, or all of it.
    var captured: [UInt8]?
    /// The inode's number, once it is known.
    var inode: UInt32 = 0

    /// - Parameters:
    ///   - parent: the directory that gets it; nil for the root.
    ///   - name: its name there.
    init(
        _ content: Content, _ attributes: NodeAttributes = NodeAttributes(), in parent: ArchiveNode? = nil,
        named name: [UInt8] = []
    ) {
        self.content = content
        self.attributes = attributes
        self.parent = parent
        depth = (parent?.depth ?? -1) + 1
        top = depth > 1 ? parent?.top ?? [] : name
    }

    var isDirectory: Bool { if case .directory = content { true } else { false } }

    var linkTarget: [UInt8]? { if case .symbolicLink(let target) = content { target } else { nil } }

    /// Whether it is a file with bytes in it.
    var isFile: Bool {
        switch content {
        case .archived, .made: true
        case .directory, .symbolicLink, .fifo: false
        }
    }

    /// The names of a directory, always in the same order.
    var sortedChildren: [(name: [UInt8], node: ArchiveNode)] {
        children.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { (name: $0.key, node: $0.value) }
    }
}
