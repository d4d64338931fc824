import Crypto
import FoundationEssentials
import ImageFormat
import NIOCore
import SystemPackage
import UserAPI

/// Sends a local disk image to the server, with a progress line. What breaks off goes on where it was, and what an earlier
/// run of the command left is gone on with.
struct FileUpload: Sendable {
    let path: String
    let client: APIClient

    /// How often sending is taken up again without a byte that got through.
    private static let patience = 5

    /// Sends all of the file; returns the upload, and the digest of what was sent.
    func send() async throws -> (id: String, sha256: String) {
        let file = try LocalFile(path: path)
        defer { Terminal.redraw("") }
        let note = UploadNote(path: path, size: file.size, modified: file.modified)
        var upload = try await begin(file, note)
        note.write(upload.id)
        var failures = 0
        while upload.offset < upload.size {
            let before = upload.offset
            do {
                upload = try await client.upload(
                    APIRoute.upload(upload.id, from: upload.offset), pieces: file.pieces(from: upload.offset),
                    length: file.size - Int64(upload.offset))
            } catch  where !(error is CommandError) {
                // The server knows how far it is; it may have been started anew meanwhile.
                failures += 1
                guard failures < Self.patience else { throw error }
                try await Task.sleep(for: .seconds(2))
                guard let now = try? await client.get(APIRoute.upload(upload.id), as: UploadDetail.self) else {
                    continue
                }
                upload = now
                if upload.offset > before { failures = 0 }
            }
        }
        note.remove()
        return (upload.id, try file.digest())
    }

    /// The upload that an earlier run of the command began of the same file, or a new one.
    private func begin(_ file: LocalFile, _ note: UploadNote) async throws -> UploadDetail {
        if let id = note.read(), let known = try? await client.get(APIRoute.upload(id), as: UploadDetail.self),
            known.size == UInt64(file.size)
        {
            if known.offset > 0 {
                print("going on at \(Terminal.bytes(known.offset)) of \(Terminal.bytes(known.size))")
            }
            return known
        }
        return try await client.post(APIRoute.uploads, UploadRequest(size: UInt64(file.size)))
    }
}

/// A file that is read piece by piece.
private final class LocalFile: Sendable {
    let path: String
    /// Bytes.
    let size: Int64
    /// When it was changed last, in seconds since 1970.
    let modified: Int64

    private let descriptor: SystemPackage.FileDescriptor

    /// Opens a file that a size can be told of.
    init(path: String) throws {
        do {
            descriptor = try .open(FilePath(path), .readOnly, options: [.closeOnExec])
            size = try descriptor.seek(offset: 0, from: .end)
        } catch {
            throw CommandError("cannot read \(path): \(error)")
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        modified = Int64((attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
        self.path = path
    }

    deinit { try? descriptor.close() }

    func pieces(from offset: UInt64) -> FilePieces { FilePieces(file: self, start: Int64(offset)) }

    /// At most `count` bytes at `offset`.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        var piece = ByteBuffer()
        try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
            try descriptor.read(
                fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]))
        }
        return piece
    }

    /// The SHA-256 of all of the file, in hexadecimal digits.
    func digest() throws -> String {
        var hash = SHA256()
        var done: Int64 = 0
        while done < size {
            let piece = try read(at: done, count: Int(min(Int64(FilePieces.pieceSize), size - done)))
            guard piece.readableBytes > 0 else { throw CommandError("\(path) became shorter while it was read") }
            piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            done += Int64(piece.readableBytes)
        }
        return ChunkDigest(hash.finalize()).description
    }
}

/// A file as a sequence of pieces that is read as fast as it is sent.
private struct FilePieces: AsyncSequence, Sendable {
    let file: LocalFile
    /// Where the first piece begins, in bytes.
    let start: Int64

    static let pieceSize = 1 << 20

    func makeAsyncIterator() -> Iterator { Iterator(file: file, start: start) }

    /// Reads on with each piece that was sent.
    struct Iterator: AsyncIteratorProtocol {
        private let file: LocalFile
        private let start: Int64
        private var done: Int64
        private let started = ContinuousClock.now

        init(file: LocalFile, start: Int64) {
            self.file = file
            self.start = start
            done = start
        }

        mutating func next() async throws -> ByteBuffer? {
            guard done < file.size else { return nil }
            let piece = try file.read(at: done, count: Int(Swift.min(Int64(FilePieces.pieceSize), file.size - done)))
            guard piece.readableBytes > 0 else {
                throw CommandError("\(file.path) became shorter while it was sent")
            }
            done += Int64(piece.readableBytes)
            show()
            return piece
        }

        private func show() {
            let elapsed = started.duration(to: .now).components.seconds
            let progress = TransferProgress(done: UInt64(done), total: UInt64(file.size), elapsed: elapsed)
            Terminal.redraw("uploading  \(Terminal.bar(progress))")
        }
    }
}
