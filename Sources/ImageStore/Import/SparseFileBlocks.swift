import NIOCore

/// A raw disk in a file, whose holes are not read.
final class SparseFileBlocks: BlockSource {
    private let file: OpenFile
    private let chunkSize: UInt64
    private(set) var delivered: UInt64 = 0
    let total: UInt64

    /// Throws if the disk is larger than `limit` bytes.
    init(path: String, chunkSize: Int, limit: UInt64) throws {
        file = try OpenFile(reading: path)
        self.chunkSize = UInt64(chunkSize)
        total = try file.size()
        guard total <= limit else { throw ImportError.tooLarge(what: "the disk of \(total) bytes", limit: limit) }
    }

    var consumed: UInt64 { delivered }

    func next() throws -> BlockRun? {
        guard delivered < total else { return nil }
        let data = try file.nextData(from: delivered) ?? total
        let holes = data >= total ? (total - delivered + chunkSize - 1) / chunkSize : (data - delivered) / chunkSize
        guard holes == 0 else {
            delivered = min(delivered + holes * chunkSize, total)
            return .holes(Int(holes))
        }
        let size = Int(min(chunkSize, total - delivered))
        var bytes = ByteBuffer()
        try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: size) {
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<size]), at: delivered)
        }
        guard bytes.readableBytes == size else {
            throw ImportError.refused("\(file.path) became shorter while it was read")
        }
        delivered += UInt64(size)
        return .data(bytes)
    }
}
