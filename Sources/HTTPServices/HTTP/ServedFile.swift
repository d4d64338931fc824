import Glibc
import NIOCore
import Synchronization

/// A file as one answer sends it: always the same version of it, however long the answer takes.
final class ServedFile: Sendable {
    /// What changes when a file is written or replaced.
    struct Version: Hashable, Sendable {
        /// Bytes.
        let size: Int
        private let device: UInt64
        private let inode: UInt64
        /// Nanoseconds since 1970.
        private let modified: Int64
        private let changed: Int64

        fileprivate init(_ status: stat) {
            size = Int(status.st_size)
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
        }
    }

    let path: String
    let version: Version
    /// Opened when the first byte is needed that is not in memory.
    private let opened: Mutex<FileHandle?>

    /// A version that was seen a moment ago; opens nothing.
    init(path: String, version: Version) {
        self.path = path
        self.version = version
        opened = Mutex(nil)
    }

    /// Opens the file. Blocks. Throws ENOENT for what is no regular file.
    init(path: String) throws {
        let handle = try FileHandle(path: path)
        self.path = path
        version = handle.version
        opened = Mutex(handle)
    }

    /// Exactly `count` bytes. Blocks. Throws ESTALE if the file was replaced before it was opened, EIO if it was cut.
    func read(at offset: Int, count: Int) throws -> ByteBuffer {
        let handle = try opened.withLock { opened in
            if let opened { return opened }
            let handle = try FileHandle(path: path)
            guard handle.version == version else { throw IOError(errnoCode: ESTALE, reason: "\(path) was replaced") }
            opened = handle
            return handle
        }
        return try handle.read(at: offset, count: count)
    }
}

/// A regular file that is open for reading; closed with its last reference.
private final class FileHandle: Sendable {
    let version: ServedFile.Version
    private let descriptor: CInt

    init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw IOError(errnoCode: ENOENT, reason: "\(path) is not a regular file")
        }
        self.descriptor = descriptor
        version = ServedFile.Version(status)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, count: Int) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            var done = 0
            while done < count {
                let result = pread(
                    descriptor, space.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if result < 0 && errno == EINTR { continue }
                guard result > 0 else { throw IOError(errnoCode: result < 0 ? errno : EIO, reason: "read \(offset)") }
                done += result
            }
            return done
        }
        return buffer
    }
}
