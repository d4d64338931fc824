import CLinux
import Glibc
import NIOCore

/// Bytes in memory that the kernel sends without copying them: a file that has no name (memfd_create(2), sendfile(2)).
final class MemoryFile: Sendable {
    let size: Int
    private let handle: NIOFileHandle

    /// Holds a copy of the bytes. Throws `IOError` where there is no memory or no descriptor for it.
    init(_ bytes: ByteBuffer) throws {
        let descriptor = clinux_memory_file("piece")
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "memfd_create") }
        handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
        size = bytes.readableBytes
        try bytes.withUnsafeReadableBytes { space in
            var done = 0
            while done < space.count {
                let count = write(descriptor, space.baseAddress?.advanced(by: done), space.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw IOError(errnoCode: errno, reason: "write to memory") }
                done += count
            }
        }
    }

    deinit { try? handle.close() }

    /// All of it; good for as long as this object lives.
    var region: FileRegion { FileRegion(fileHandle: handle, readerIndex: 0, endIndex: size) }
}
