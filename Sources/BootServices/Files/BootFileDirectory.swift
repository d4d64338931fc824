package import BootPolicy
package import NIOCore
import NIOPosix

/// The boot files that a manifest names, below a root directory. Nothing else there can be reached.
///
/// A file is read whole, on NIO's blocking thread pool, and kept until it changes on disk: all transfers of one file
/// share its bytes.
package actor BootFileDirectory: BootFileProviding {
    private let root: String
    private let names: Set<String>
    private let limit: Int
    private var cache: [String: LoadedFile] = [:]

    /// - Parameter limit: the octets that one file may have.
    package init(root: String, manifest: BootFileManifest, limit: Int = 64 << 20) {
        self.root = root
        self.names = manifest.names
        self.limit = limit
    }

    /// - Throws: `BootFileError` for a file that the manifest names and the root does not hold as a regular file.
    package func contents(of name: String) async throws -> ByteBuffer? {
        guard names.contains(name) else { return nil }
        let known = cache[name]
        let (root, limit) = (root, limit)
        let file = try await NIOThreadPool.singleton.runIfActive {
            try LoadedFile(root: root, name: name, limit: limit, known: known)
        }
        cache[name] = file
        return file.contents
    }
}
