/// The root file system that an archive becomes, in memory. Paths are followed as openat2(2) does it with RESOLVE_BENEATH:
/// whatever would lead out of the root, by `..`, an absolute path or a symbolic link, is refused.
final class ArchiveTree {
    let root = ArchiveNode(.directory)
    let limits: ArchiveLimits
    /// Entries that were added, and directories that only paths name.
    private var entries = 0

    init(limits: ArchiveLimits) { self.limits = limits }

    private static let slash = UInt8(0x2F)
    private static let up = Array("..".utf8)
    /// ext4 keeps 65000; some are left for links that the system makes later.
    private static let mostNames = 60_000
    private static let longestName = 255

    /// Takes an entry; a file gets the body of the number `body`. Returns a file's node, nil for all else.
    func add(_ entry: TarEntry, body: Int) throws(ArchiveProblem) -> ArchiveNode? {
        try countEntry()
        var names = try Self.components(entry.path)
        guard let name = names.popLast() else {
            guard entry.kind == .directory else { throw ArchiveProblem("it has no name") }
            root.attributes = entry.attributes
            return nil
        }
        let parent = try follow(names[...], outside: .refused, makesMissing: true)
        switch entry.kind {
        case .directory: try addDirectory(name, entry, to: parent)
        case .hardLink: try addHardLink(name, entry, to: parent)
        case .file:
            let node = ArchiveNode(.archived(size: entry.size, body: body), entry.attributes, in: parent, named: name)
            try put(node, name, in: parent)
            return node
        case .symbolicLink:
            guard !entry.target.isEmpty else { throw ArchiveProblem("it is a symbolic link without a target") }
            try put(
                ArchiveNode(.symbolicLink(entry.target), entry.attributes, in: parent, named: name), name, in: parent)
        case .fifo: try put(ArchiveNode(.fifo, entry.attributes, in: parent, named: name), name, in: parent)
        case .characterDevice, .blockDevice:
            // Those of /dev are left out: the kernel makes them (devtmpfs).
            guard parent.top == Array("dev".utf8) else {
                throw ArchiveProblem(
                    "it is a device node outside /dev: leave it out (tar --exclude); the kernel makes those below /dev")
            }
        }
        return nil
    }

    private func addDirectory(_ name: [UInt8], _ entry: TarEntry, to parent: ArchiveNode) throws(ArchiveProblem) {
        if let existing = parent.children[name], existing.isDirectory {
            existing.attributes = entry.attributes
        } else {
            try put(ArchiveNode(.directory, entry.attributes, in: parent, named: name), name, in: parent)
        }
    }

    private func addHardLink(_ name: [UInt8], _ entry: TarEntry, to parent: ArchiveNode) throws(ArchiveProblem) {
        let shown = TarEntry.shown(entry.target)
        var names: [[UInt8]]
        do { names = try Self.components(entry.target) } catch {
            throw ArchiveProblem("it is a hard link to '\(shown)', which leads out of the root")
        }
        guard let last = names.popLast(),
            let target = try follow(names[...], outside: .refused, makesMissing: false).children[last],
            !target.isDirectory
        else { throw ArchiveProblem("it is a hard link to '\(shown)', which is no file before it in the archive") }
        // A link to itself, as some programs write it, changes nothing.
        if parent.children[name] === target { return }
        guard target.names < Self.mostNames else { throw ArchiveProblem("'\(shown)' has too many hard links") }
        try put(target, name, in: parent)
        target.names += 1
    }

    /// Places a file of the import's own, and the directories above it; what stood there is replaced.
    func place(_ path: String, _ bytes: [UInt8], mode: UInt16 = 0o644) throws(ArchiveProblem) {
        var names = try Self.components(Array(path.utf8))
        guard let name = names.popLast() else { throw ArchiveProblem("it has no name") }
        let parent = try follow(names[...], outside: .rooted, makesMissing: true)
        try put(ArchiveNode(.made(bytes), NodeAttributes(mode: mode), in: parent, named: name), name, in: parent)
    }

    /// Makes a directory where there is nothing of that name.
    func placeDirectory(_ path: String, mode: UInt16 = 0o755) throws(ArchiveProblem) {
        if find(path, followsLast: false) != nil { return }
        let directory = try follow(Self.components(Array(path.utf8))[...], outside: .rooted, makesMissing: true)
        directory.attributes.mode = mode
    }

    /// What stands at a path as the system itself sees it: absolute links begin at its root.
    func find(_ path: String, followsLast: Bool = true) -> ArchiveNode? {
        guard var names = try? Self.components(Array(path.utf8)) else { return nil }
        guard let last = names.popLast() else { return root }
        guard let parent = try? follow(names[...], outside: .rooted, makesMissing: false),
            let node = parent.children[last]
        else { return nil }
        guard followsLast, let target = node.linkTarget else { return node }
        return try? walk(target, from: parent, outside: .rooted, makesMissing: false)
    }

    private func put(_ node: ArchiveNode, _ name: [UInt8], in parent: ArchiveNode) throws(ArchiveProblem) {
        guard name.count <= Self.longestName else {
            throw ArchiveProblem("a name in its path has more than \(Self.longestName) bytes")
        }
        guard parent.depth < limits.depth else {
            throw ArchiveProblem("it lies deeper than \(limits.depth) directories")
        }
        if let old = parent.children[name] {
            guard !old.isDirectory || old.children.isEmpty else {
                throw ArchiveProblem("it would replace a directory that earlier entries have filled")
            }
            old.names -= 1
        }
        parent.children[name] = node
    }

    /// Directories that a path names cost as much as those with a header.
    private func countEntry() throws(ArchiveProblem) {
        entries += 1
        guard entries <= limits.headers else {
            throw ArchiveProblem(
                "the archive has more than \(limits.headers) headers and directories that only paths name")
        }
    }

    /// The parts of a path without empty ones and `.`; throws where it is absolute or climbs.
    static func components(_ path: [UInt8]) throws(ArchiveProblem) -> [[UInt8]] {
        guard path.first != slash else { throw ArchiveProblem("it is an absolute path, which leads out of the root") }
        let names = path.split(separator: slash).map(Array.init).filter { $0 != [0x2E] }
        guard !names.contains(up) else { throw ArchiveProblem("'..' leads out of the root") }
        return names
    }

    /// What an absolute link, or one that climbs above the root, does.
    private enum Outside {
        /// RESOLVE_BENEATH: nothing is reached.
        case refused
        /// RESOLVE_IN_ROOT: it begins at the root.
        case rooted
    }

    private static let mostLinks = 40

    /// The directory that the names lead to, from the root.
    private func follow(
        _ names: ArraySlice<[UInt8]>, outside: Outside, makesMissing: Bool
    ) throws(ArchiveProblem) -> ArchiveNode {
        let node = try walk(names, from: root, outside: outside, makesMissing: makesMissing)
        guard node.isDirectory else { throw ArchiveProblem("a file stands where a directory of its path would be") }
        return node
    }

    private func walk(
        _ target: [UInt8], from directory: ArchiveNode, outside: Outside, makesMissing: Bool
    ) throws(ArchiveProblem) -> ArchiveNode {
        let start = target.first == Self.slash ? root : directory
        let names = target.split(separator: Self.slash).map(Array.init)
        return try walk(names[...], from: start, outside: outside, makesMissing: makesMissing)
    }

    private func walk(
        _ names: ArraySlice<[UInt8]>, from start: ArchiveNode, outside: Outside, makesMissing: Bool
    ) throws(ArchiveProblem) -> ArchiveNode {
        var current = start
        var links = 0
        var ahead = Array(names.reversed())
        while let name = ahead.popLast() {
            if name == [0x2E] { continue }
            if name == Self.up {
                guard current !== root || outside == .rooted else {
                    throw ArchiveProblem("a symbolic link in its path leads out of the root")
                }
                current = current.parent ?? root
                continue
            }
            guard current.isDirectory else {
                throw ArchiveProblem("a file stands where a directory of its path would be")
            }
            guard let next = current.children[name] else {
                guard makesMissing else { throw ArchiveProblem("'\(TarEntry.shown(name))' of its path does not exist") }
                try countEntry()
                let made = ArchiveNode(.directory, in: current, named: name)
                try put(made, name, in: current)
                current = made
                continue
            }
            guard let target = next.linkTarget else {
                current = next
                continue
            }
            links += 1
            guard links <= Self.mostLinks else { throw ArchiveProblem("its path has too many symbolic links") }
            if target.first == Self.slash {
                guard outside == .rooted else {
                    throw ArchiveProblem(
                        "'\(TarEntry.shown(name))' of its path is a symbolic link to "
                            + "'\(TarEntry.shown(target))', which leads out of the root")
                }
                current = root
            }
            ahead.append(contentsOf: target.split(separator: Self.slash).map(Array.init).reversed())
        }
        return current
    }
}
