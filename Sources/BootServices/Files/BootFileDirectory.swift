package import BootPolicy
package import NIOCore
import NIOPosix
package import NetworkTypes

/// Boot files that lie on disk: those that a manifest names, below a root directory, or files at given paths. Nothing
/// else can be reached.
///
/// A file is read whole, on NIO's blocking thread pool, and kept until it changes on disk: all transfers of one file
/// share its bytes.
package actor BootFileDirectory: BootFileProviding {
    private let places: [String: Place]
    private let limit: Int
    private var cache: [String: LoadedFile] = [:]
    /// Reads under way, which all who ask meanwhile share.
    private var reads: [String: Task<LoadedFile, any Error>] = [:]

    /// Where a file lies: no symbolic link is followed below `root`.
    private struct Place {
        var root: String
        var name: String
    }

    /// - Parameter limit: the octets that one file may have.
    package init(root: String, manifest: BootFileManifest, limit: Int = 64 << 20) {
        places = Dictionary(uniqueKeysWithValues: manifest.names.map { ($0, Place(root: root, name: $0)) })
        self.limit = limit
    }

    /// - Parameters:
    ///   - paths: the name that a file is served by -> its absolute path.
    ///   - limit: the octets that one file may have.
    package init(paths: [String: String], limit: Int) {
        places = paths.mapValues { path in
            let end = path.lastIndex(of: "/") ?? path.startIndex
            return Place(root: String(path[..<end]), name: String(path[end...].dropFirst()))
        }
        self.limit = limit
    }

    /// - Throws: `BootFileError` for a file that is named and is not there as a regular file.
    package func contents(of name: String, at server: IPv4Address) async throws -> ByteBuffer? {
        guard let place = places[name] else { return nil }
        if let read = reads[name] { return try await read.value.contents }
        let read = Task { [limit, known = cache[name]] in
            try await NIOThreadPool.singleton.runIfActive {
                try LoadedFile(root: place.root, name: place.name, limit: limit, known: known)
            }
        }
        reads[name] = read
        defer { reads[name] = nil }
        let file = try await read.value
        cache[name] = file
        return file.contents
    }
}
