import FoundationEssentials
package import ImageFormat
package import NIOPosix

/// Manifests as files of one directory: the JSON of the signed document below the payload's digest.
package final class DirectoryManifestStore: ManifestStore {
    /// A file that has no name yet ends with this.
    private static let unfinished = ".new"

    private let root: String
    private let pool: NIOThreadPool

    /// Opens or makes the store and removes what a former process left unfinished.
    package init(path: String, pool: NIOThreadPool = .singleton) throws {
        root = path
        self.pool = pool
        try FileTree.makeDirectories(path)
        for name in try FileTree.names(in: path) where name.hasSuffix(Self.unfinished) {
            try FileTree.remove(path + "/" + name)
        }
    }

    @discardableResult
    package func write(_ document: SignedDocument) async throws -> ChunkDigest {
        try await pool.runIfActive { [self] in
            let digest = ChunkDigest(of: Array(document.payload))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try replace(path(of: digest), with: encoder.encode(document))
            return digest
        }
    }

    package func read(_ digest: ChunkDigest) async throws -> SignedDocument? {
        try await pool.runIfActive { [self] in
            let path = path(of: digest)
            guard FileTree.size(path) != nil else { return nil }
            let document: SignedDocument
            do {
                document = try JSONDecoder().decode(SignedDocument.self, from: Data(contentsOf: URL(filePath: path)))
            } catch {
                throw DamagedManifest(path: path, reason: "\(error)")
            }
            guard ChunkDigest(of: Array(document.payload)) == digest else {
                throw DamagedManifest(path: path, reason: "its payload has another digest than its name")
            }
            return document
        }
    }

    package func remove(_ digest: ChunkDigest) async throws {
        try await pool.runIfActive { [self] in try FileTree.remove(path(of: digest)) }
    }

    package func digests() async throws -> [ChunkDigest] {
        try await pool.runIfActive { [root] in try FileTree.names(in: root).compactMap { ChunkDigest($0) } }
    }

    private func path(of digest: ChunkDigest) -> String { "\(root)/\(digest)" }

    /// The file is whole and durable under its name, or absent.
    private func replace(_ path: String, with bytes: Data) throws {
        let draft = "\(root)/\(FileTree.uniqueName())\(Self.unfinished)"
        do {
            let file = try OpenFile(creating: draft)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
            try file.synchronize()
            try FileTree.move(draft, to: path)
        } catch {
            try? FileTree.remove(draft)
            throw error
        }
        try FileTree.synchronize(directory: root)
    }
}
