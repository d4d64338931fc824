package import ImageFormat

/// What an import made.
package struct ImportedImage: Hashable, Sendable {
    /// The manifest's name: the SHA-256 of its exact bytes.
    package let digest: ChunkDigest
    package let manifest: Manifest
    /// The bytes of the frame of each chunk that it names.
    package let storedSizes: [ChunkDigest: Int]
    /// What was found in it.
    package let examination: ImageExamination
    /// Chunks that were stored, because they could not be claimed.
    package let newChunks: Int
    /// The size of their zstd frames in bytes.
    package let bytesStored: UInt64
}
