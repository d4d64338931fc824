package import NIOPosix

/// Where downloads, uploads and conversions under way lie. What is in it belongs to running imports of this process.
package struct SpoolDirectory: Sendable {
    package let path: String
    private let pool: NIOThreadPool

    package init(path: String, pool: NIOThreadPool = .singleton) {
        self.path = path
        self.pool = pool
    }

    /// Makes the directory and removes what a former process left in it.
    package func empty() throws {
        try FileTree.makeDirectories(path)
        for name in try FileTree.names(in: path) { try FileTree.remove(path + "/" + name) }
    }

    /// Runs `body` with a new file, which is removed afterwards, whatever happens.
    package func withFile<T>(_ body: (SpoolFile) async throws -> T) async throws -> T {
        let file = try makeFile()
        do {
            let result = try await body(file)
            try FileTree.remove(file.path)
            return result
        } catch {
            try? FileTree.remove(file.path)
            throw error
        }
    }

    /// Makes a new file that the caller removes.
    package func makeFile() throws -> SpoolFile {
        try FileTree.makeDirectories(path)
        return try SpoolFile(path: path + "/" + FileTree.uniqueName())
    }

    /// Removes a file that `makeFile` made.
    package func remove(_ file: SpoolFile) throws { try FileTree.remove(file.path) }
}
