package import ImageFormat
import NIOCore
package import NIOPosix
import Synchronization

/// Chunks as files `ab/cd/abcd…` below one directory, each a zstd frame, named by the digest of the plain bytes.
///
/// A new chunk is staged in `incoming`; `synchronize` brings the staged bytes to the medium before they get their
/// names, so that a name never stands for less than the whole chunk. One process at a time may use a directory.
package final class DirectoryChunkStore: ChunkStore {
    /// Up to this many files are synchronized one by one; more are by their file system.
    private static let fewFiles = 8

    private let root: String
    private let pool: NIOThreadPool
    /// The file of each chunk that has no name yet.
    private let staged = Mutex<[ChunkDigest: String]>([:])
    /// Held while names come and go.
    private let naming = Mutex<Void>(())

    /// Opens or makes the store and forgets what a former process left staged.
    /// - Parameter pool: runs the file operations.
    package init(path: String, pool: NIOThreadPool = .singleton) throws {
        root = path
        self.pool = pool
        try FileTree.makeDirectories(incoming)
        for name in try FileTree.names(in: incoming) { try FileTree.remove(incoming + "/" + name) }
    }

    /// Where the chunk's file is once it is durable.
    package func path(of digest: ChunkDigest) -> String {
        let name = digest.description
        return "\(root)/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
    }

    package func size(of digest: ChunkDigest) async throws -> Int? {
        try await pool.runIfActive { [self] in knownSize(digest) }
    }

    package func sizes(of digests: [ChunkDigest]) async throws -> [Int?] {
        try await pool.runIfActive { [self] in digests.map { knownSize($0) } }
    }

    package func read(_ digest: ChunkDigest) async throws -> StoredChunk? {
        try await pool.runIfActive { [self] in
            try naming.withLock { _ in
                if let path = staged.withLock({ $0[digest] }) { return .bytes(try Self.contents(path)) }
                let path = path(of: digest)
                return FileTree.size(path).map { .file(path: path, size: $0) }
            }
        }
    }

    package func write(_ chunks: [CompressedChunk]) async throws {
        try await pool.runIfActive { [self] in
            for chunk in chunks { try stage(chunk) }
        }
    }

    package func synchronize() async throws {
        try await pool.runIfActive { [self] in
            try naming.withLock { _ in try publish() }
        }
    }

    package func remove(_ digest: ChunkDigest) async throws {
        try await pool.runIfActive { [self] in
            try naming.withLock { _ in
                if let path = staged.withLock({ $0.removeValue(forKey: digest) }) { try FileTree.remove(path) }
                try FileTree.remove(path(of: digest))
            }
        }
    }

    package func forEachDigest(_ body: (ChunkDigest) async throws -> Void) async throws {
        let fresh = staged.withLock { Set($0.keys) }
        for digest in fresh { try await body(digest) }
        for prefix in try await pool.runIfActive({ [root] in try FileTree.names(in: root) }) where prefix.count == 2 {
            let digests = try await pool.runIfActive { [self] in try named(below: prefix) }
            for digest in digests where !fresh.contains(digest) { try await body(digest) }
        }
    }

    private func knownSize(_ digest: ChunkDigest) -> Int? {
        // What is staged gets its name meanwhile, or is named already.
        if let path = staged.withLock({ $0[digest] }), let size = FileTree.size(path) { return size }
        return FileTree.size(path(of: digest))
    }

    private var incoming: String { root + "/incoming" }

    private func named(below prefix: String) throws -> [ChunkDigest] {
        try FileTree.names(in: "\(root)/\(prefix)").flatMap { second in
            try FileTree.names(in: "\(root)/\(prefix)/\(second)").compactMap { ChunkDigest($0) }
        }
    }

    /// Writes the file; another import may have staged the same chunk meanwhile, then its file stays.
    private func stage(_ chunk: CompressedChunk) throws {
        let path = incoming + "/" + FileTree.uniqueName()
        do {
            let file = try OpenFile(creating: path)
            try chunk.frame.withUnsafeReadableBytes { try file.write($0, at: 0) }
        } catch {
            try? FileTree.remove(path)
            throw error
        }
        let isFirst = staged.withLock { files in
            if files[chunk.digest] != nil { return false }
            files[chunk.digest] = path
            return true
        }
        if !isFirst { try FileTree.remove(path) }
    }

    /// Brings staged bytes to the medium, then names them, then brings the names to the medium.
    private func publish() throws {
        let batch = staged.withLock { $0 }
        guard !batch.isEmpty else { return }
        let directory = try OpenFile(directory: root)
        let isSmall = batch.count <= Self.fewFiles
        if isSmall {
            for path in batch.values { try OpenFile(reading: path).synchronize() }
        } else {
            try directory.synchronizeFileSystem()
        }
        var changed: Set<String> = []
        for (digest, path) in batch {
            try name(digest, path, &changed)
            // Should one of the next fail, this one still waits for the medium to know its name.
            staged.withLock { $0[digest] = self.path(of: digest) }
        }
        if isSmall {
            for path in changed { try FileTree.synchronize(directory: path) }
            try directory.synchronize()
        } else {
            try directory.synchronizeFileSystem()
        }
        staged.withLock { for digest in batch.keys { $0[digest] = nil } }
    }

    private func name(_ digest: ChunkDigest, _ path: String, _ changed: inout Set<String>) throws {
        let target = self.path(of: digest)
        let directory = String(target.dropLast(65))
        try FileTree.makeDirectories(directory)
        try FileTree.move(path, to: target)
        changed.insert(directory)
        changed.insert(String(directory.dropLast(3)))
    }

    private static func contents(_ path: String) throws -> ByteBuffer {
        let file = try OpenFile(reading: path)
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(try file.size())) {
            try file.read(into: $0, at: 0)
        }
        return buffer
    }
}
