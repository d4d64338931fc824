package import ImageFormat
package import NIOCore

/// Chunks of a chunk store, for whoever takes them from anywhere.
package struct StoredChunks: ChunkFetching {
    private let chunks: any ChunkStore

    package init(chunks: any ChunkStore) { self.chunks = chunks }

    package func frame(of chunk: ChunkDigest) async throws -> ByteBuffer { try await chunks.frame(of: chunk) }
}
