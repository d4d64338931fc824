import CLinux
import Glibc
import NIOPosix

/// A file system inside a disk that only the kernel can read. It is mounted for this object alone, where no other process
/// sees it: read-only, without replaying its journal, nosuid, nodev, noexec. It goes with the object, and with the process.
final class MountedFiles: FileSystemReading {
    private let root: CInt
    private let pool: NIOThreadPool

    /// As many names of a directory are looked at.
    private static let entryBound = 65536

    /// The file systems that can be read so, with the options that keep a journal from being replayed.
    private static let options = ["xfs": "norecovery,nouuid", "btrfs": "rescue=nologreplay"]

    /// Whether file systems of this type can be read.
    static func reads(_ type: String) -> Bool { options[type] != nil }

    /// - Parameters:
    ///   - disk: the raw disk's file.
    ///   - offset: where the file system begins on it, in bytes.
    ///   - size: its partition's, in bytes.
    init(disk: String, offset: UInt64, size: UInt64, type: String, pool: NIOThreadPool) async throws {
        guard let options = Self.options[type] else { throw ExaminationError("\(type) is not read") }
        self.pool = pool
        root = try await pool.runIfActive {
            let result = clinux_open_file_system(disk, offset, size, type, options)
            guard result >= 0 else { throw Self.refusal(of: type, code: -result) }
            return result
        }
    }

    deinit { close(root) }

    private static func refusal(of type: String, code: CInt) -> ExaminationError {
        switch code {
        case EPERM, EACCES: ExaminationError("\(type) is read by mounting it, which the server may not do")
        case ENODEV: ExaminationError("\(type) is not known to the kernel of the server")
        default: ExaminationError("\(type) could not be mounted: \(String(cString: strerror(code)))")
        }
    }

    func entry(_ path: String) async throws -> FileEntry? {
        try await pool.runIfActive {
            let found = clinux_open_in_root(self.root, path, CInt(O_NOFOLLOW) | Self.pathOnly, 0)
            if found == -ENOENT || found == -ENOTDIR { return nil }
            guard found >= 0 else { throw Self.unreadable(path, -found) }
            defer { close(found) }
            return try Self.entry(named: path.split(separator: "/").last.map(String.init) ?? "/", found, path)
        }
    }

    func entries(in directory: String) async throws -> [FileEntry] {
        try await pool.runIfActive {
            let found = clinux_open_in_root(self.root, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            if found == -ENOENT || found == -ENOTDIR { return [] }
            guard found >= 0 else { throw Self.unreadable(directory, -found) }
            guard let stream = fdopendir(found) else {
                close(found)
                throw Self.unreadable(directory, errno)
            }
            defer { closedir(stream) }
            var entries: [FileEntry] = []
            while let next = readdir(stream) {
                let name = withUnsafePointer(to: &next.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard entries.count < Self.entryBound else {
                    throw ExaminationError("\(directory) has more than \(Self.entryBound) entries")
                }
                var status = stat()
                guard fstatat(found, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                entries.append(Self.entry(named: name, status))
            }
            return entries
        }
    }

    func copy(_ path: String, into file: SpoolFile, limit: UInt64) async throws -> Bool {
        guard let entry = try await entry(path), entry.kind == .file else { return false }
        guard entry.size <= limit else {
            throw ExaminationError("\(path) has \(entry.size) bytes, more than \(limit) are not read")
        }
        try await pool.runIfActive {
            // What became something else than a file must not hold up who opens it.
            let found = clinux_open_in_root(self.root, path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0)
            guard found >= 0 else { throw Self.unreadable(path, -found) }
            defer { close(found) }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { buffer.deallocate() }
            var done: UInt64 = 0
            while done < entry.size {
                let count = read(found, buffer.baseAddress, buffer.count)
                guard count >= 0 else { throw Self.unreadable(path, errno) }
                if count == 0 { break }
                try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: done)
                done += UInt64(count)
            }
            try file.truncate(to: done)
        }
        return true
    }

    private static let pathOnly = CInt(0o10000000) | O_CLOEXEC

    private static func entry(named name: String, _ descriptor: CInt, _ path: String) throws -> FileEntry {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        return entry(named: name, status)
    }

    private static func entry(named name: String, _ status: stat) -> FileEntry {
        let kind: FileEntry.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        return FileEntry(name: name, kind: kind, size: UInt64(max(status.st_size, 0)))
    }

    private static func unreadable(_ path: String, _ code: CInt) -> ExaminationError {
        ExaminationError("\(path) cannot be read: \(String(cString: strerror(code)))")
    }
}
