import CExt2FS

/// Fills the ext4 file system that mke2fs(8) has made in a file, without mounting it: users, modes and names of an archive
/// become bytes of that file and nothing else on this machine. Blocks its thread.
final class Ext4Writer {
    static let rootInode: UInt32 = 2
    static let lostAndFoundInode: UInt32 = 11
    static let blockSize: UInt64 = 4096

    private var fileSystem: OpaquePointer?

    /// Opens the file system at `offset` bytes of the file at `path`.
    init(path: String, offset: Int) throws(ImportError) {
        try Self.check(cext2fs_open(path, UInt64(offset), &fileSystem))
    }

    deinit { if let fileSystem { cext2fs_abandon(fileSystem) } }

    var firstInode: UInt32 { cext2fs_first_inode(fileSystem) }
    var inodes: UInt32 { cext2fs_inodes(fileSystem) }
    var freeBlocks: UInt64 { cext2fs_free_blocks(fileSystem) }

    /// Times that an inode of 256 bytes can hold.
    private static let times = -(Int64(1) << 31)...(Int64(1) << 34) - (Int64(1) << 31) - 1

    /// Makes the inode of a node, without a file's or directory's content.
    func add(_ node: ArchiveNode, links: Int) throws(ImportError) {
        let attributes = node.attributes
        var inode = cext2fs_inode(
            mode: node.fileType | attributes.mode, links: UInt16(links), uid: attributes.uid, gid: attributes.gid,
            seconds: min(max(attributes.seconds, Self.times.lowerBound), Self.times.upperBound),
            nanoseconds: attributes.nanoseconds)
        try Self.check(cext2fs_add(fileSystem, node.inode, &inode))
        if let target = node.linkTarget { try Self.check(cext2fs_link(fileSystem, node.inode, target, target.count)) }
        for (name, value) in attributes.extended.sorted(by: { $0.key < $1.key }) {
            try Self.check(cext2fs_attribute(fileSystem, node.inode, name, value, value.count))
        }
    }

    /// Begins the content of a file, which `append` goes on with and `endFile` ends.
    func beginFile(_ node: ArchiveNode, size: UInt64) throws(ImportError) {
        try Self.check(cext2fs_begin(fileSystem, node.inode, size))
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ImportError) {
        try Self.check(cext2fs_append(fileSystem, bytes.baseAddress, bytes.count))
    }

    func endFile() throws(ImportError) { try Self.check(cext2fs_end(fileSystem)) }

    /// Writes a directory's entries; the root gets its lost+found.
    func list(_ directory: ArchiveNode) throws(ImportError) {
        var names: [UInt8] = []
        var listed: [(inode: UInt32, mode: UInt16, range: Range<Int>)] = []
        func note(_ name: [UInt8], _ inode: UInt32, _ mode: UInt16) {
            listed.append((inode: inode, mode: mode, range: names.count..<names.count + name.count))
            names.append(contentsOf: name)
        }
        if directory.parent == nil { note(Array("lost+found".utf8), Self.lostAndFoundInode, ArchiveNode.directoryType) }
        for (name, node) in directory.sortedChildren { note(name, node.inode, node.fileType) }
        let code = names.withUnsafeBufferPointer { names in
            let entries = listed.map { entry in
                cext2fs_entry(
                    inode: entry.inode, mode: entry.mode, length: UInt8(entry.range.count),
                    name: names.baseAddress.map { $0 + entry.range.lowerBound })
            }
            return cext2fs_list(
                fileSystem, directory.inode, directory.parent?.inode ?? Self.rootInode, entries, entries.count)
        }
        try Self.check(code)
    }

    /// Writes what is left; the file system is whole when this returns.
    func close() throws(ImportError) {
        guard let fileSystem else { return }
        self.fileSystem = nil
        try Self.check(cext2fs_close(fileSystem))
    }

    private static func check(_ code: Int) throws(ImportError) {
        guard code != 0 else { return }
        throw .building("its root file system could not be written: \(String(cString: cext2fs_message(code)))")
    }
}
