import Crypto
import ImageFormat
import NIOPosix

/// Digests of files.
enum FileDigest {
    private static let step = 4 << 20

    /// The SHA-256 of the file at `path`, hashed on `pool`; `progress` gets the bytes done.
    static func of(
        _ path: String, pool: NIOThreadPool, progress: @Sendable (UInt64) -> Void
    ) async throws -> ChunkDigest {
        ChunkDigest(try await digest(SHA256(), of: path, pool: pool, progress: progress))
    }

    /// The SHA-512 of the file at `path`, hashed on `pool`, in lower-case hexadecimal.
    static func sha512(of path: String, pool: NIOThreadPool) async throws -> String {
        let digest = try await digest(SHA512(), of: path, pool: pool) { _ in }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func digest<Hash: HashFunction & Sendable>(
        _ empty: Hash, of path: String, pool: NIOThreadPool, progress: @Sendable (UInt64) -> Void
    ) async throws -> Hash.Digest {
        var hash = empty
        var offset: UInt64 = 0
        while true {
            let start = offset
            let (next, count) = try await pool.runIfActive { [hash] in
                var hash = hash
                let count = try add(path, at: start, to: &hash)
                return (hash, count)
            }
            if count == 0 { return next.finalize() }
            hash = next
            offset += UInt64(count)
            progress(offset)
        }
    }

    private static func add(_ path: String, at offset: UInt64, to hash: inout some HashFunction) throws -> Int {
        let file = try OpenFile(reading: path)
        return try withUnsafeTemporaryAllocation(byteCount: step, alignment: 64) { piece in
            let count = try file.read(into: piece, at: offset)
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            return count
        }
    }
}
