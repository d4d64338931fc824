import Glibc
import NIOCore

/// A boot file's bytes and the state of the file that they were read from.
struct LoadedFile: Sendable {
    let contents: ByteBuffer
    private let stamp: Stamp

    private struct Stamp: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let modified: [Int]
    }

    /// Reads `root/name`, or keeps `known` where the file has not changed. Blocks.
    /// - Throws: `BootFileError` where a component is missing or a symbolic link, the file is not a regular one, cannot
    ///   be read or is larger than `limit` octets.
    init(root: String, name: String, limit: Int, known: LoadedFile?) throws(BootFileError) {
        let descriptor = try Self.open(root: root, name: name)
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw BootFileError(root, name, Self.lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw BootFileError(root, name, "is not a regular file") }
        guard status.st_size <= limit else {
            throw BootFileError(root, name, "has \(status.st_size) bytes, expected at most \(limit)")
        }
        stamp = Stamp(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            modified: [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ])
        if let known, known.stamp == stamp {
            contents = known.contents
            return
        }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(stamp.size)
        while buffer.readableBytes < stamp.size {
            let missing = stamp.size - buffer.readableBytes
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { space in
                max(read(descriptor, space.baseAddress, missing), 0)
            }
            guard count > 0 else { throw BootFileError(root, name, "ended or failed early: \(Self.lastError())") }
        }
        contents = buffer
    }

    /// Opens component after component and follows no symbolic link below the root.
    private static func open(root: String, name: String) throws(BootFileError) -> CInt {
        var descriptor = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let components = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for (index, component) in components.enumerated() {
            guard descriptor >= 0 else { break }
            let parent = descriptor
            defer { close(parent) }
            guard !component.isEmpty, component != ".", component != "..", !component.utf8.contains(0) else {
                throw BootFileError(root, name, "is no path below it")
            }
            // O_NONBLOCK: opening a FIFO must not wait for its writer.
            let isLast = index == components.count - 1
            let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (isLast ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY)
            descriptor = openat(parent, component, flags)
        }
        guard descriptor >= 0 else {
            throw BootFileError(root, name, errno == ELOOP ? "is a symbolic link" : lastError())
        }
        return descriptor
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
