/// Reads files of a file system that nobody trusts. Paths are absolute, and none of them and no link leads out of it.
protocol FileSystemReading: Sendable {
    /// What is at `path` itself; nil if there is nothing.
    func entry(_ path: String) async throws -> FileEntry?
    /// What is in a directory; empty where there is none.
    func entries(in directory: String) async throws -> [FileEntry]
    /// Copies a regular file of at most `limit` bytes over `file`; false where there is none.
    func copy(_ path: String, into file: SpoolFile, limit: UInt64) async throws -> Bool
}

/// What a path names.
struct FileEntry: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case file, directory, link, other
    }

    let name: String
    let kind: Kind
    /// Bytes.
    let size: UInt64
}

/// Why something could not be looked into.
struct ExaminationError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension FileSystemReading {
    /// Whether only characters stand in `path` that tools take for nothing else.
    static func isPlain(_ path: some StringProtocol) -> Bool {
        path.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || "/._+~:@-".utf8.contains(byte)
        }
    }

    /// Names of regular files in a directory, sorted.
    func files(in directory: String) async throws -> [String] {
        try await entries(in: directory).filter { $0.kind == .file && Self.isPlain($0.name) }.map(\.name).sorted()
    }

    /// Names of directories in a directory, sorted.
    func directories(in directory: String) async throws -> [String] {
        try await entries(in: directory).filter { $0.kind == .directory && Self.isPlain($0.name) }.map(\.name)
            .filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// The bytes of a regular file of at most `limit` bytes; nil where there is none.
    func bytes(of path: String, limit: Int, spool: SpoolDirectory) async throws -> [UInt8]? {
        try await spool.withFile { file in
            guard try await copy(path, into: file, limit: UInt64(limit)) else { return nil }
            return try OpenFile(reading: file.path).bytes(at: 0, count: FileTree.size(file.path) ?? 0)
        }
    }

    /// As `bytes`, as text.
    func text(of path: String, limit: Int, spool: SpoolDirectory) async throws -> String? {
        try await bytes(of: path, limit: limit, spool: spool).map { String(decoding: $0, as: UTF8.self) }
    }
}
