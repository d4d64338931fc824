import NIOCore
import SystemPackage
import UserAPI

/// Sends a local disk image to the server, with a progress line.
struct FileUpload {
    let path: String

    /// Sends all of the file; returns the import that the server made of it.
    func send(_ order: ImageImportRequest, with client: APIClient) async throws -> ImportDetail {
        let file = try FilePieces(path: path)
        defer { Terminal.redraw("") }
        return try await client.upload(Self.target(order), pieces: file, length: file.size)
    }

    private static func target(_ order: ImageImportRequest) -> String {
        var query = "image=\(APIRoute.segment(order.name))&format=\(APIRoute.segment(order.format))"
        if let compression = order.compression { query += "&compression=\(APIRoute.segment(compression))" }
        if let sha256 = order.sha256 { query += "&sha256=\(APIRoute.segment(sha256))" }
        return "\(APIRoute.imports)?\(query)"
    }
}

/// A file as a sequence of pieces that is read as fast as it is sent.
struct FilePieces: AsyncSequence, Sendable {
    let path: String
    /// Bytes.
    let size: Int64

    private static let pieceSize = 1 << 20

    private let file: SystemPackage.FileDescriptor

    /// Opens a file that a size can be told of; the sequence closes it when it has been read.
    init(path: String) throws {
        do {
            file = try .open(FilePath(path), .readOnly, options: [.closeOnExec])
            size = try file.seek(offset: 0, from: .end)
        } catch {
            throw CommandError("cannot read \(path): \(error)")
        }
        self.path = path
    }

    func makeAsyncIterator() -> Iterator { Iterator(path: path, file: file, size: size) }

    /// Reads on with each piece that was sent.
    final class Iterator: AsyncIteratorProtocol {
        private let path: String
        private let file: SystemPackage.FileDescriptor
        private let size: Int64
        private var done: Int64 = 0
        private let started = ContinuousClock.now

        init(path: String, file: SystemPackage.FileDescriptor, size: Int64) {
            self.path = path
            self.file = file
            self.size = size
        }

        deinit { try? file.close() }

        func next() async throws -> ByteBuffer? {
            guard done < size else { return nil }
            var piece = ByteBuffer()
            let wanted = Int(Swift.min(Int64(FilePieces.pieceSize), size - done))
            let count = try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) {
                try file.read(fromAbsoluteOffset: done, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
            }
            guard count > 0 else { throw CommandError("\(path) became shorter while it was sent") }
            done += Int64(count)
            show()
            return piece
        }

        private func show() {
            let elapsed = started.duration(to: .now).components.seconds
            let progress = TransferProgress(done: UInt64(done), total: UInt64(size), elapsed: elapsed)
            Terminal.redraw("uploading  \(Terminal.bar(progress))")
        }
    }
}
