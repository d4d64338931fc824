import Crypto
import ImageFormat
import NIOPosix

/// The SHA-256 of a file.
enum FileDigest {
    private static let step = 4 << 20

    /// Hashes the file at `path` on `pool`; `progress` gets the bytes done.
    static func of(
        _ path: String, pool: NIOThreadPool, progress: @Sendable (UInt64) -> Void
    ) async throws -> ChunkDigest {
        var hash = SHA256()
        var offset: UInt64 = 0
        while true {
            let start = offset
            let (next, count) = try await pool.runIfActive { [hash] in
                var hash = hash
                let count = try add(path, at: start, to: &hash)
                return (hash, count)
            }
            if count == 0 { return ChunkDigest(next.finalize()) }
            hash = next
            offset += UInt64(count)
            progress(offset)
        }
    }

    private static func add(_ path: String, at offset: UInt64, to hash: inout SHA256) throws -> Int {
        let file = try OpenFile(reading: path)
        return try withUnsafeTemporaryAllocation(byteCount: step, alignment: 64) { piece in
            let count = try file.read(into: piece, at: offset)
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            return count
        }
    }
}
