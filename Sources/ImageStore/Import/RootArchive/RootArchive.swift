import BootableDisk

/// A tar archive of a root file system on its way to a disk. It is read twice: first to know and check all of it, with
/// nothing written, then for the files' bodies. Each step is short, so that an import can be cancelled between two.
final class RootArchive {
    private let source: () throws -> any ByteSource
    private let limits: ArchiveLimits
    private let limit: UInt64
    private var reader: TarReader
    let tree: ArchiveTree
    /// Files whose headers were read so far; each has a body, if an empty one.
    private var bodies = 0
    /// What all entries said, to notice a file that changes between the two readings.
    private var said = Hasher()
    private var surveyed = 0
    private var capturedBytes = 0
    private var writer: Ext4Writer?
    /// The tree's nodes in the order of their inodes, but for the root.
    private var nodes: [ArchiveNode] = []
    private var nextNode = 0
    /// The files whose bodies are wanted, in the archive's order.
    private var files: [(body: Int, size: UInt64, node: ArchiveNode)] = []
    private var nextFile = 0
    private var openFile: ArchiveNode?

    /// - Parameters:
    ///   - source: opens the unpacked archive from its start.
    ///   - limit: the largest archive, unpacked, in bytes.
    init(limits: ArchiveLimits, limit: UInt64, source: @escaping () throws -> any ByteSource) throws {
        self.source = source
        self.limits = limits
        self.limit = limit
        reader = TarReader(try source(), limits: limits, limit: limit)
        tree = ArchiveTree(limits: limits)
    }

    /// Bytes of the packed file that the present reading has used.
    var consumed: UInt64 { reader.consumed }

    private static let bytesInStep = 4 << 20
    private static let entriesInStep = 1024
    /// What is kept of files that are looked into: boot loaders.
    private static let mostCaptured = 64 << 20

    // MARK: The first reading

    /// Reads on; false at the archive's end.
    func surveyStep() throws -> Bool {
        for _ in 0..<Self.entriesInStep {
            guard reader.isAtBodysEnd else {
                try reader.skip(Self.bytesInStep)
                return true
            }
            guard let entry = try reader.next() else {
                if try reader.skipTail(Self.bytesInStep) { return true }
                surveyed = said.finalize()
                tree.root.children[Array("lost+found".utf8)] = nil
                return false
            }
            said.combine(entry)
            do {
                guard let node = try tree.add(entry, body: bodies) else { continue }
                try capture(entry, node)
            } catch let problem as ArchiveProblem {
                throw reader.refusal(problem.reason)
            }
            bodies += 1
        }
        return true
    }

    private func capture(_ entry: TarEntry, _ node: ArchiveNode) throws {
        guard let count = BootFiles.wanted(entry.path, size: entry.size) else { return }
        capturedBytes += count
        guard capturedBytes <= Self.mostCaptured else {
            throw ArchiveProblem("the archive's boot loaders take more than \(Self.mostCaptured) bytes")
        }
        var bytes: [UInt8] = []
        while bytes.count < count, try reader.read(count - bytes.count, { bytes.append(contentsOf: $0) }) > 0 {}
        node.captured = bytes
    }

    // MARK: Between the two

    /// Adds what makes the system boot from the new disk, with nothing written yet.
    func complete(_ additions: RootAdditions) throws(ImportError) { try additions.place(in: tree) }

    /// How much room the tree takes.
    func measure() -> RootMeasure {
        var measure = RootMeasure()
        var seen: Set<ObjectIdentifier> = []
        forEachNode { if seen.insert(ObjectIdentifier($0)).inserted { measure.add($0) } }
        return measure
    }

    private func forEachNode(_ body: (ArchiveNode) -> Void) {
        var ahead = [tree.root]
        while let node = ahead.popLast() {
            body(node)
            for (_, child) in node.sortedChildren.reversed() { ahead.append(child) }
        }
    }

    // MARK: The second reading

    /// Opens the empty file system and begins the archive again. Throws where the tree does not fit.
    func beginWriting(path: String, offset: Int, size: DiskExtent) throws {
        let writer = try Ext4Writer(path: path, offset: offset)
        number(from: writer.firstInode)
        let measure = measure()
        guard measure.blocks <= writer.freeBlocks, UInt64(nodes.count) + UInt64(writer.firstInode) <= writer.inodes
        else {
            throw ImportError.undeployable(
                "a disk of \(size) has room for \(writer.freeBlocks) blocks of files, of which its root file system needs "
                    + "\(measure.blocks): say a larger --size")
        }
        self.writer = writer
        reader = TarReader(try source(), limits: limits, limit: limit)
        bodies = 0
        said = Hasher()
    }

    private func number(from first: UInt32) {
        tree.root.inode = Ext4Writer.rootInode
        var next = first
        forEachNode { node in
            node.names += 1
            guard node.inode == 0 else { return }
            node.names = 1
            node.inode = next
            next += 1
            nodes.append(node)
            if case .archived(let size, let body) = node.content { files.append((body: body, size: size, node: node)) }
        }
        files.sort { $0.body < $1.body }
    }

    /// Writes on: first inodes and directories, then the bodies of files; false when all is written and closed.
    func writeStep() throws -> Bool {
        guard let writer else { return false }
        if nextNode <= nodes.count {
            let end = min(nextNode + Self.entriesInStep, nodes.count)
            for node in nodes[nextNode..<end] { try write(node, with: writer) }
            nextNode = end
            if end == nodes.count {
                try write(tree.root, with: writer)
                nextNode += 1
            }
            return true
        }
        for _ in 0..<Self.entriesInStep {
            if try copyBody(with: writer) { return true }
            guard let entry = try reader.next() else {
                if try reader.skipTail(Self.bytesInStep) { return true }
                guard said.finalize() == surveyed, nextFile == files.count else {
                    throw ImportError.refused("it changed while it was read")
                }
                try writer.close()
                self.writer = nil
                return false
            }
            said.combine(entry)
            try begin(entry, with: writer)
        }
        return true
    }

    private func write(_ node: ArchiveNode, with writer: Ext4Writer) throws {
        guard node.isDirectory else {
            try writer.add(node, links: node.names)
            if case .made(let bytes) = node.content {
                try writer.beginFile(node, size: UInt64(bytes.count))
                try bytes.withUnsafeBytes { try writer.append($0) }
                try writer.endFile()
            }
            return
        }
        let below = node.children.values.count { $0.isDirectory } + (node === tree.root ? 1 : 0)
        // ext4 counts no further than this, and then not at all (dir_nlink).
        try writer.add(node, links: below > 64_000 ? 1 : below + 2)
        try writer.list(node)
    }

    /// Copies a part of the open file's body; false where none is open and nothing is left of the entry.
    private func copyBody(with writer: Ext4Writer) throws -> Bool {
        guard !reader.isAtBodysEnd else { return false }
        guard openFile != nil else {
            try reader.skip(Self.bytesInStep)
            return true
        }
        var left = Self.bytesInStep
        while left > 0 {
            let count = try reader.read(left) { try writer.append($0) }
            if count == 0 {
                try writer.endFile()
                openFile = nil
                try reader.skip(TarHeader.size)
                break
            }
            left -= count
        }
        return true
    }

    private func begin(_ entry: TarEntry, with writer: Ext4Writer) throws {
        defer { if entry.kind == .file { bodies += 1 } }
        guard entry.kind == .file, nextFile < files.count, files[nextFile].body == bodies else { return }
        let file = files[nextFile]
        guard file.size == entry.size else { throw ImportError.refused("it changed while it was read") }
        nextFile += 1
        guard file.size > 0 else { return }
        try writer.beginFile(file.node, size: file.size)
        openFile = file.node
    }
}

extension ArchiveNode {
    static let directoryType: UInt16 = 0o040_000

    /// The type's bits of its mode (inode(7)).
    var fileType: UInt16 {
        switch content {
        case .directory: Self.directoryType
        case .archived, .made: 0o100_000
        case .symbolicLink: 0o120_000
        case .fifo: 0o010_000
        }
    }
}
