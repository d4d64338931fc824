import ImageFormat
import NIOCore
import NIOPosix
import Synchronization

/// Copies of chunks on this machine, those that were used last; what it holds can be lost at any time.
final class ChunkCache: Sendable {
    private struct State {
        var sizes: [ChunkDigest: Int] = [:]
        /// When a chunk was used last: higher is later.
        var uses: [ChunkDigest: UInt64] = [:]
        var clock: UInt64 = 0
        var bytes = 0
    }

    private let root: String
    private let limit: Int
    private let pool: NIOThreadPool
    private let state: Mutex<State>

    /// Opens or makes the directory; what a former process left half written is removed.
    /// - Parameter limit: bytes of all copies.
    init(path: String, limit: Int, pool: NIOThreadPool) throws {
        root = path
        self.limit = limit
        self.pool = pool
        try FileTree.makeDirectories(path)
        var found = State()
        for name in try FileTree.names(in: path) {
            guard let digest = ChunkDigest(name), let size = FileTree.size(path + "/" + name) else {
                try FileTree.remove(path + "/" + name)
                continue
            }
            found.sizes[digest] = size
            found.uses[digest] = 0
            found.bytes += size
        }
        state = Mutex(found)
    }

    /// The file of a chunk, if there is a copy.
    func file(of digest: ChunkDigest) -> (path: String, size: Int)? {
        state.withLock { state in
            guard let size = state.sizes[digest] else { return nil }
            state.clock += 1
            state.uses[digest] = state.clock
            return (path(of: digest), size)
        }
    }

    /// Keeps a copy and forgets the ones that were not used for longest. Where it cannot be kept there is none: an older
    /// one may be damaged.
    func keep(_ frame: ByteBuffer, of digest: ChunkDigest) async {
        do {
            try await pool.runIfActive { [self] in
                try place(frame, at: path(of: digest))
                for old in enter(digest, frame.readableBytes) { try FileTree.remove(path(of: old)) }
            }
        } catch {
            try? await remove(digest)
        }
    }

    /// Forgets the copy of a chunk.
    func remove(_ digest: ChunkDigest) async throws {
        state.withLock { Self.forget(digest, &$0) }
        try await pool.runIfActive { [self] in try FileTree.remove(path(of: digest)) }
    }

    private func path(of digest: ChunkDigest) -> String { "\(root)/\(digest)" }

    private func place(_ frame: ByteBuffer, at path: String) throws {
        let draft = "\(root)/\(FileTree.uniqueName()).new"
        do {
            let file = try OpenFile(creating: draft)
            try frame.withUnsafeReadableBytes { try file.write($0, at: 0) }
            try FileTree.move(draft, to: path)
        } catch {
            try? FileTree.remove(draft)
            throw error
        }
    }

    /// Enters a copy; returns those that have to go.
    private func enter(_ digest: ChunkDigest, _ size: Int) -> [ChunkDigest] {
        state.withLock { state in
            Self.forget(digest, &state)
            state.clock += 1
            state.sizes[digest] = size
            state.uses[digest] = state.clock
            state.bytes += size
            guard state.bytes > limit else { return [] }
            var gone: [ChunkDigest] = []
            // Down to nine tenths, so that not every chunk has to look for the oldest.
            for (old, _) in state.uses.sorted(by: { $0.value < $1.value }) where state.bytes > limit / 10 * 9 {
                guard old != digest else { continue }
                Self.forget(old, &state)
                gone.append(old)
            }
            return gone
        }
    }

    private static func forget(_ digest: ChunkDigest, _ state: inout State) {
        guard let size = state.sizes.removeValue(forKey: digest) else { return }
        state.uses[digest] = nil
        state.bytes -= size
    }
}
