import FoundationEssentials
import Glibc

/// Where everything of an installation lies that must survive.
struct DataDirectory: Sendable {
    let path: String

    /// The database.
    var database: String { path + "/ingot.sqlite" }
    /// Signing keys and certificates.
    var keys: String { path + "/keys" }
    /// The bearer token of the administrator, mode 0600.
    var adminToken: String { path + "/admin-token" }
    /// Chunks by digest.
    var chunks: String { path + "/images/chunks" }
    /// Copies of chunks that an object storage keeps; they can be removed while the server is stopped.
    var chunkCache: String { path + "/images/cache" }
    /// Signed manifests by digest.
    var manifests: String { path + "/images/manifests" }
    /// Downloads and conversions under way; emptied at each start.
    var spool: String { path + "/spool" }
    /// Uploads that have not become images yet.
    var uploads: String { path + "/uploads" }
    /// Held by the running server.
    var lock: String { path + "/lock" }

    /// Makes the directory with mode 0700 and takes its lock for the life of this process.
    /// Throws where another server holds it.
    func claim() throws -> DataDirectoryLock {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try DataDirectoryLock(path: lock)
    }
}

/// The lock that keeps a second server off a data directory; the kernel frees it when the process ends, however it ends.
struct DataDirectoryLock: ~Copyable {
    private let descriptor: CInt

    init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError("cannot open \(path): \(String(cString: strerror(errno)))") }
        // A server that was just killed holds it until the last of its threads is gone.
        var patience = 50
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            patience -= 1
            if patience > 0 {
                usleep(100_000)
                continue
            }
            close(descriptor)
            throw CommandError("\(path) is held: a server is running on this data directory; stop it first")
        }
    }

    deinit { close(descriptor) }
}
