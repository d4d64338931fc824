import NIOCore

/// A raw disk that is unpacked as it is read.
final class StreamBlocks: BlockSource {
    private let source: any ByteSource
    private let chunkSize: Int
    private let limit: UInt64
    private(set) var delivered: UInt64 = 0
    let total: UInt64

    /// - Parameters:
    ///   - total: the packed size in bytes.
    ///   - limit: the largest disk in bytes: reading on behind it throws.
    init(_ source: any ByteSource, total: UInt64, chunkSize: Int, limit: UInt64) {
        self.source = source
        self.chunkSize = chunkSize
        self.total = total
        self.limit = limit
    }

    var consumed: UInt64 { source.consumed }

    func next() throws -> BlockRun? {
        var bytes = ByteBuffer()
        try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: chunkSize) { target in
            var filled = 0
            while filled < chunkSize {
                let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: target[filled..<chunkSize]))
                if count == 0 { break }
                filled += count
            }
            return filled
        }
        delivered += UInt64(bytes.readableBytes)
        guard delivered <= limit else { throw ImportError.tooLarge(what: "the unpacked disk", limit: limit) }
        return bytes.readableBytes > 0 ? .data(bytes) : nil
    }
}
