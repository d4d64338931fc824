import CLinux

/// What this process does with memory that it has freed.
package enum FreedMemory {
    /// Bytes that each of malloc's arenas keeps.
    private static let kept: Int32 = 64 << 20
    /// Blocks up to this many bytes come from what was kept.
    private static let largestBlock: Int32 = 8 << 20

    /// Keeps freed memory for the next chunk instead of giving it back: a page that is taken anew for each chunk costs
    /// more than the copy into it. What is in use at once bounds what is kept. Call it before other threads start.
    package static func keep() { _ = clinux_keep_freed_memory(kept, largestBlock) }
}
