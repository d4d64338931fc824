/// How much room a tree takes as ext4, in whole.
struct RootMeasure: Hashable, Sendable {
    /// Files, directories and links, each once.
    var inodes = 0
    /// Blocks of 4096 bytes for contents, directories and attributes.
    var blocks: UInt64 = 0

    private static let mebibyte: UInt64 = 1 << 20

    mutating func add(_ node: ArchiveNode) {
        inodes += 1
        switch node.content {
        case .archived(let size, _): addContent(size)
        case .made(let bytes): addContent(UInt64(bytes.count))
        case .directory:
            // Each entry lies in one block, which may leave almost 264 bytes free.
            let bytes = node.children.keys.reduce(64) { $0 + 12 + $1.count }
            blocks += UInt64(bytes) / (Ext4Writer.blockSize - 276) + 1
        case .symbolicLink(let target): if target.count >= 60 { blocks += 1 }
        case .fifo: break
        }
        if !node.attributes.extended.isEmpty { blocks += 1 }
    }

    private mutating func addContent(_ size: UInt64) {
        let count = (size + Ext4Writer.blockSize - 1) / Ext4Writer.blockSize
        // Blocks of the extent tree, where four extents do not do.
        blocks += count + (count > 4096 ? 1 + count / 65536 : 0)
    }

    /// Inodes to ask mke2fs(8) for in a file system of `bytes`: what is there, some for what the system makes, and no
    /// fewer than mke2fs would take.
    func inodes(in bytes: UInt64) -> Int { max(inodes + inodes / 4 + 1024, Int(clamping: bytes / 16384)) }

    /// The smallest file system that holds the tree, in bytes.
    var least: UInt64 {
        let content = blocks * Ext4Writer.blockSize
        return content + content / 64 + UInt64(inodes + inodes / 4 + 1024) * 256 + journal(content) + 16 * Self.mebibyte
    }

    /// One with room for a first boot, in bytes; a deployment grows it to the host's disk.
    var comfortable: UInt64 { least + least / 4 + 256 * Self.mebibyte }

    /// What mke2fs(8) takes for the journal beside contents of so many bytes, or more.
    private func journal(_ content: UInt64) -> UInt64 {
        switch content / Self.mebibyte {
        case ..<900: 32 * Self.mebibyte
        case ..<14_000: 64 * Self.mebibyte
        case ..<28_000: 128 * Self.mebibyte
        case ..<56_000: 256 * Self.mebibyte
        case ..<112_000: 512 * Self.mebibyte
        default: 1024 * Self.mebibyte
        }
    }
}
