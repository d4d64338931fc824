import Hummingbird
import NIOCore
import NIOPosix
import Synchronization

/// The pieces of files that were sent lately, in memory: while many hosts pull the same stage and the same image, a piece
/// is read once for all of them, and sending it copies nothing.
///
/// A file is looked at again once a second, so that a replaced one is served soon.
final class FilePieces: Sendable {
    private static let pieceSize = 512 * 1024
    private static let memory = 128 * 1024 * 1024
    private static let lookLifetime = Duration.seconds(1)
    private static let looksAtOnce = 4096

    private struct Key: Hashable {
        let version: ServedFile.Version
        let index: Int
    }

    private struct Look {
        let path: String
        let version: ServedFile.Version
        let at: ContinuousClock.Instant
    }

    private struct State {
        /// By the names of the files.
        var looks: [String: Look] = [:]
        var pieces = RecentlyUsed<Key, ByteBuffer>(limit: FilePieces.memory)
    }

    private let state = Mutex(State())

    /// How much of a file is read before it is answered with.
    enum ReadAhead {
        case firstPiece
        /// What can be wrong with it shows before there is an answer.
        case all
    }

    /// The file at a path as it is now, or was within the last second; 404 where there is no regular file.
    /// - Parameter name: what `seen` knows it by; nil for its path.
    func file(at path: String, named name: String? = nil, reading: ReadAhead = .firstPiece) async throws -> ServedFile {
        let name = name ?? path
        if let file = seen(name) { return file }
        do {
            // The first piece is read at once: most files are one piece, and each visit of the thread pool has its price.
            return try await NIOThreadPool.singleton.runIfActive { [self] in
                let file = try ServedFile(path: path)
                let end = reading == .all ? file.version.size : min(file.version.size, 1)
                for offset in stride(from: 0, to: end, by: Self.pieceSize) {
                    _ = try piece(offset / Self.pieceSize, of: file)
                }
                note(file, as: name)
                return file
            }
        } catch let error as IOError where [ENOENT, ENOTDIR, ELOOP].contains(error.errnoCode) {
            throw HTTPError(.notFound)
        }
    }

    /// The file of this name, if it was there within the last second.
    func seen(_ name: String) -> ServedFile? {
        let now = ContinuousClock.now
        let look = state.withLock { $0.looks[name].flatMap { now - $0.at < Self.lookLifetime ? $0 : nil } }
        return look.map { ServedFile(path: $0.path, version: $0.version) }
    }

    private func note(_ file: ServedFile, as name: String) {
        let now = ContinuousClock.now
        state.withLock { state in
            if state.looks.count >= Self.looksAtOnce {
                state.looks = state.looks.filter { now - $0.value.at < Self.lookLifetime }
            }
            state.looks[name] = Look(path: file.path, version: file.version, at: now)
        }
    }

    /// Forgets what is in memory of the file of this name: the next answer comes from the disk.
    func forget(_ name: String) {
        state.withLock { state in
            guard let look = state.looks.removeValue(forKey: name) else { return }
            for index in 0...look.version.size / Self.pieceSize {
                state.pieces.remove(Key(version: look.version, index: index))
            }
        }
    }

    /// The first bytes of `range`, as many as there are in one piece.
    func bytes(of file: ServedFile, within range: Range<Int>) async throws -> ByteBuffer {
        let index = range.lowerBound / Self.pieceSize
        let piece: ByteBuffer
        if let known = known(index, of: file) {
            piece = known
        } else {
            piece = try await NIOThreadPool.singleton.runIfActive { [self] in try self.piece(index, of: file) }
        }
        let start = range.lowerBound - index * Self.pieceSize
        guard let part = piece.getSlice(at: start, length: min(piece.readableBytes - start, range.count)) else {
            throw IOError(errnoCode: EIO, reason: "\(file.path) is shorter than it was")
        }
        return part
    }

    /// All bytes of a file that is one piece, if they are in memory.
    func whole(_ file: ServedFile) -> ByteBuffer? {
        guard file.version.size <= Self.pieceSize else { return nil }
        return known(0, of: file)
    }

    private func known(_ index: Int, of file: ServedFile) -> ByteBuffer? {
        state.withLock { $0.pieces[Key(version: file.version, index: index)] }
    }

    /// Reads unless it is known. Blocks.
    private func piece(_ index: Int, of file: ServedFile) throws -> ByteBuffer {
        if let known = known(index, of: file) { return known }
        let offset = index * Self.pieceSize
        let piece = try file.read(at: offset, count: min(Self.pieceSize, file.version.size - offset))
        let key = Key(version: file.version, index: index)
        state.withLock { $0.pieces.insert(piece, for: key, weight: piece.capacity) }
        return piece
    }
}
