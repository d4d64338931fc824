import Crypto
package import ImageFormat
package import NIOCore
package import NIOPosix

/// Brings a body that arrives in pieces into a spool file, and its digest with it.
package struct SpoolWriter: Sendable {
    private static let batch = 1 << 20

    private let file: SpoolFile
    private let pool: NIOThreadPool
    private let limit: UInt64
    private var hash = SHA256()
    private var pending = ByteBuffer()
    /// Bytes that were appended so far.
    package private(set) var size: UInt64 = 0

    /// - Parameter limit: more bytes than this are refused.
    package init(file: SpoolFile, limit: UInt64, pool: NIOThreadPool = .singleton) {
        self.file = file
        self.limit = limit
        self.pool = pool
    }

    /// Appends a piece.
    package mutating func append(_ piece: ByteBuffer) async throws {
        size += UInt64(piece.readableBytes)
        guard size <= limit else { throw ImportError.tooLarge(what: "the source", limit: limit) }
        var piece = piece
        pending.writeBuffer(&piece)
        if pending.readableBytes >= Self.batch { try await flush() }
    }

    /// Writes what is left and returns the digest of everything.
    package mutating func finish() async throws -> ChunkDigest {
        try await flush()
        try await pool.runIfActive { [file, size] in try file.truncate(to: size) }
        return ChunkDigest(hash.finalize())
    }

    private mutating func flush() async throws {
        let offset = size - UInt64(pending.readableBytes)
        hash = try await pool.runIfActive { [file, hash, pending] in
            var hash = hash
            try pending.withUnsafeReadableBytes {
                hash.update(bufferPointer: $0)
                try file.write($0, at: offset)
            }
            return hash
        }
        pending.clear()
    }
}
