/// Bytes and where on the disk they belong.
package struct DiskRegion: Hashable, Sendable {
    /// Bytes from the disk's start.
    package var offset: UInt64
    package var bytes: [UInt8]

    package init(offset: UInt64, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }

    /// The bytes of the disk that the region covers.
    package var range: Range<UInt64> { offset..<offset + UInt64(bytes.count) }
}
