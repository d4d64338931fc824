package import NIOCore

/// Where a chunk's zstd frame is.
package enum StoredChunk: Sendable {
    /// All of a file, whose size is in bytes.
    case file(path: String, size: Int)
    /// In memory.
    case bytes(ByteBuffer)
}
