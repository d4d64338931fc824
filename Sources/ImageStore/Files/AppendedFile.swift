package import NIOCore
package import NIOPosix

/// A file that grows by pieces and survives a loss of power: what it is said to hold is on the medium.
package struct AppendedFile: Sendable {
    package let path: String
    private let pool: NIOThreadPool

    package init(path: String, pool: NIOThreadPool = .singleton) {
        self.path = path
        self.pool = pool
    }

    /// Every file of a directory; none where that does not exist.
    package static func all(in directory: String, pool: NIOThreadPool = .singleton) async throws -> [AppendedFile] {
        try await pool.runIfActive {
            try FileTree.names(in: directory).map { AppendedFile(path: directory + "/" + $0, pool: pool) }
        }
    }

    /// The last part of its path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// How many bytes it holds; nil where there is none.
    package func size() async throws -> UInt64? {
        try await pool.runIfActive { [path] in FileTree.size(path).map { UInt64($0) } }
    }

    /// At most `count` bytes at `offset`; fewer where the file ends.
    package func bytes(at offset: UInt64, count: Int) async throws -> ByteBuffer {
        try await pool.runIfActive { [path] in
            ByteBuffer(bytes: try OpenFile(reading: path).bytes(at: offset, count: count))
        }
    }

    /// Appends a body from `offset` on, which is where the file ends; a file that is missing is made, with the directories
    /// above it. What has come is kept where the body breaks off.
    /// - Parameter limit: the file never has more bytes; a longer body throws `ImportError.tooLarge`.
    package func append<Body: AsyncSequence & Sendable>(
        _ body: Body, from offset: UInt64, limit: UInt64
    ) async throws where Body.Element == ByteBuffer {
        let file = try await pool.runIfActive { [path] in
            try FileTree.makeDirectories(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
            return SharedFile(try OpenFile(appending: path))
        }
        var end = offset
        do {
            for try await piece in body {
                let (start, next) = (end, end + UInt64(piece.readableBytes))
                guard next <= limit else { throw ImportError.tooLarge(what: "the upload", limit: limit) }
                try await pool.runIfActive {
                    try piece.withUnsafeReadableBytes { try file.value.write($0, at: start) }
                }
                end = next
            }
        } catch {
            try await pool.runIfActive { try file.value.synchronize() }
            throw error
        }
        try await pool.runIfActive { try file.value.synchronize() }
    }

    /// Removes the file; one that does not exist is fine.
    package func remove() async throws { try await pool.runIfActive { [path] in try FileTree.remove(path) } }

    /// An open file that closures share.
    private final class SharedFile: Sendable {
        let value: OpenFile

        init(_ value: consuming OpenFile) { self.value = value }
    }
}
