import CLinux
import Glibc

/// An open file; it closes with its owner. Offsets and sizes are bytes.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: CInt
    let path: String

    /// Opens a regular file for reading; anything else is refused.
    init(reading path: String) throws(FileError) {
        guard FileTree.size(path) != nil else {
            throw FileError("read the file", path, code: access(path, F_OK) == 0 ? EINVAL : errno)
        }
        try self.init(path, O_RDONLY)
    }

    /// Makes a new file that only this user may read; throws where one of that name exists.
    init(creating path: String) throws(FileError) {
        try self.init(path, O_RDWR | O_CREAT | O_EXCL)
    }

    /// Opens a file for writing, which is made if it is missing.
    init(appending path: String) throws(FileError) { try self.init(path, O_RDWR | O_CREAT | O_NOFOLLOW) }

    /// Opens a directory, so that it can be synchronized.
    init(directory path: String) throws(FileError) {
        try self.init(path, O_RDONLY | O_DIRECTORY)
    }

    private init(_ path: String, _ flags: CInt) throws(FileError) {
        descriptor = try Self.open(path, flags)
        self.path = path
    }

    private static func open(_ path: String, _ flags: CInt) throws(FileError) -> CInt {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        return descriptor
    }

    deinit { close(descriptor) }

    /// The file's size.
    func size() throws(FileError) -> UInt64 { UInt64(max(try status().st_size, 0)) }

    private func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
        return status
    }

    /// Reads at the file's position; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileError("read", path) }
        }
    }

    /// Reads from `offset` until `buffer` is full or the file ends.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count == 0 { break }
            if count > 0 { done += count } else if errno != EINTR { throw FileError("read", path) }
        }
        return done
    }

    /// At most `count` bytes at `offset`; fewer where the file ends.
    func bytes(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { space.deallocate() }
        let read = try read(into: space, at: offset)
        return Array(space[..<read])
    }

    /// Writes all of `bytes` at `offset`; ENOSPC also where that would leave the database no room (`FreeSpace`).
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
        try FreeSpace.require(bytes.count, on: descriptor, path)
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count > 0 { done += count } else if count == 0 || errno != EINTR { throw FileError("write", path) }
        }
    }

    /// Cuts the file or lets it grow by a hole.
    func truncate(to size: UInt64) throws(FileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError("resize", path) }
    }

    /// Returns when the file's bytes, or a directory's entries, are on the medium.
    func synchronize() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError("synchronize", path) }
    }

    /// Returns when everything on the file system of this file is on the medium; write errors since the file was
    /// opened are reported (Linux 5.8).
    func synchronizeFileSystem() throws(FileError) {
        guard clinux_syncfs(descriptor) == 0 else { throw FileError("synchronize", path) }
    }

    /// Where data begins at or after `offset`; nil where only a hole follows (lseek(2), SEEK_DATA).
    func nextData(from offset: UInt64) throws(FileError) -> UInt64? {
        let found = clinux_seek_data(descriptor, Int64(offset))
        if found >= 0 { return UInt64(found) }
        guard errno == ENXIO else { throw FileError("search", path) }
        return nil
    }
}
