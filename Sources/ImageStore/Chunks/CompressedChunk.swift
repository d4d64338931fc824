package import ImageFormat
package import NIOCore

/// A chunk on its way into a store.
package struct CompressedChunk: Sendable {
    /// Of the plain bytes.
    package let digest: ChunkDigest
    /// One zstd frame that states the size of its content (RFC 8878, section 3.1.1.1.4).
    package let frame: ByteBuffer

    package init(digest: ChunkDigest, frame: ByteBuffer) {
        self.digest = digest
        self.frame = frame
    }
}
