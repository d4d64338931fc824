import ImageFormat

/// A part of the disk that is handled at once: one chunk, or a piece of a hole.
struct DiskSpan: Hashable, Sendable {
    /// Bytes of the disk.
    var range: Range<UInt64>
    /// What the bytes' digest must be; nil where they must be zeros.
    var digest: ChunkDigest?

    /// The most that is read at once, in bytes: as much as the largest chunk.
    static let largestRead = 4 << 20

    /// The whole image in the order of the disk, holes joined up to `largestHole` bytes.
    static func all(of manifest: Manifest, largestHole: UInt64) -> [DiskSpan] {
        var spans: [DiskSpan] = []
        for (index, digest) in manifest.chunks.enumerated() {
            let range = manifest.range(ofChunk: index)
            if digest == nil, let last = spans.last, last.digest == nil,
                range.upperBound - last.range.lowerBound <= largestHole
            {
                spans[spans.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                spans.append(DiskSpan(range: range, digest: digest))
            }
        }
        return spans
    }
}
