import CLinux
import Glibc

/// The root file system of another system, mounted at a directory: its absolute paths and links count from there, and
/// none of them leads out of it. Calls block; what they wrote is on the medium when they return.
package final class RootTree: Sendable {
    private let root: Int32
    private static let temporaryName = ".ingot-new"

    /// - Parameter directory: where the file system is mounted.
    package init(_ directory: String) throws(DiskError) {
        root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if root < 0 { throw DiskError("open \(directory)", code: errno) }
    }

    deinit { close(root) }

    /// Writes a file of root's, with its directories (mode 0755). What stood there - a link too - is replaced at once.
    package func write(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(DiskError) {
        let (directory, name) = try openParent(of: path)
        defer { close(directory) }
        unlinkat(directory, Self.temporaryName, 0)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try DiskError.check(openat(directory, Self.temporaryName, flags, 0o600), orErrno: "create \(path)")
        do {
            defer { close(file) }
            try Self.fill(file, bytes, path)
            try DiskError.check(fchown(file, 0, 0), orErrno: "give \(path) to root")
            try DiskError.check(fchmod(file, mode & 0o7777), orErrno: "set the mode of \(path)")
            try DiskError.check(fsync(file), orErrno: "flush \(path)")
        }
        try putInPlace(name, in: directory, path)
    }

    /// Makes a symbolic link, with its directories; what stood there is replaced at once.
    package func link(_ path: String, to target: String) throws(DiskError) {
        let (directory, name) = try openParent(of: path)
        defer { close(directory) }
        unlinkat(directory, Self.temporaryName, 0)
        try DiskError.check(symlinkat(target, directory, Self.temporaryName), orErrno: "link \(path)")
        try putInPlace(name, in: directory, path)
    }

    /// What is at `path` itself; nil if there is nothing.
    package func entry(_ path: String) throws(DiskError) -> Entry? {
        guard let parent = try existingParent(of: path) else { return nil }
        defer { close(parent.directory) }
        var status = stat()
        guard fstatat(parent.directory, parent.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw DiskError("examine \(path)", code: errno)
        }
        let kind: Entry.Kind
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file(try Self.read(parent.name, in: parent.directory, path))
        case S_IFLNK: kind = .link(try Self.target(of: parent.name, in: parent.directory, path))
        case S_IFDIR: kind = .directory
        default: kind = .other
        }
        return Entry(kind: kind, mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid)
    }

    /// Removes what is at `path` itself, with everything below it; links are removed, not followed.
    package func remove(_ path: String) throws(DiskError) {
        guard let parent = try existingParent(of: path) else { return }
        defer { close(parent.directory) }
        try Self.remove(parent.name, in: parent.directory, path, depth: 0)
        try DiskError.check(fsync(parent.directory), orErrno: "flush the directory of \(path)")
    }

    /// Writes everything of the file system to the medium.
    package func sync() throws(DiskError) {
        let file = try DiskError.check(clinux_open_in_root(root, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), "open /")
        defer { close(file) }
        try DiskError.check(clinux_sync_file_system(file), "flush the file system")
    }

    private func putInPlace(_ name: String, in directory: Int32, _ path: String) throws(DiskError) {
        guard renameat(directory, Self.temporaryName, directory, name) == 0 else {
            let code = errno
            unlinkat(directory, Self.temporaryName, 0)
            throw DiskError("put \(path) into place", code: code)
        }
        let handle = try DiskError.check(
            openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), orErrno: "open the directory of \(path)")
        defer { close(handle) }
        try DiskError.check(fsync(handle), orErrno: "flush the directory of \(path)")
    }
}

extension RootTree {
    /// What a path names.
    package struct Entry: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case file([UInt8])
            case link(String)
            case directory
            case other
        }

        package var kind: Kind
        /// Permission bits.
        package var mode: UInt32
        package var owner: UInt32
        package var group: UInt32

        package init(kind: Kind, mode: UInt32, owner: UInt32, group: UInt32) {
            self.kind = kind
            self.mode = mode
            self.owner = owner
            self.group = group
        }
    }

    private static let depthBound = 64
    private static let sizeBound = 16 << 20

    /// The open directory that `path` lies in, whose parts are made where they are missing, and the last name.
    private func openParent(of path: String) throws(DiskError) -> (directory: Int32, name: String) {
        let names = try Self.names(path)
        var done = "/"
        for name in names.dropLast() {
            let parent = done
            done += done == "/" ? name : "/\(name)"
            let found = clinux_open_in_root(root, done, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            if found >= 0 {
                close(found)
            } else if found == -ENOENT {
                try makeDirectory(name, in: parent, path: done)
            } else {
                throw DiskError("open the directory \(done)", code: -found)
            }
        }
        let directory = try DiskError.check(
            clinux_open_in_root(root, done, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), "open the directory \(done)")
        return (directory, names.last ?? "")
    }

    private func makeDirectory(_ name: String, in parent: String, path: String) throws(DiskError) {
        let directory = try DiskError.check(
            clinux_open_in_root(root, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), "open the directory \(parent)")
        defer { close(directory) }
        guard mkdirat(directory, name, 0o755) == 0 else {
            if errno == EEXIST {
                throw DiskError("make the directory \(path)", detail: "a link that leads nowhere has its name")
            }
            throw DiskError("make the directory \(path)", code: errno)
        }
        try DiskError.check(fchmodat(directory, name, 0o755, 0), orErrno: "set the mode of \(path)")
        try DiskError.check(fchownat(directory, name, 0, 0, AT_SYMLINK_NOFOLLOW), orErrno: "give \(path) to root")
        try DiskError.check(fsync(directory), orErrno: "flush the directory \(parent)")
    }

    private func existingParent(of path: String) throws(DiskError) -> (directory: Int32, name: String)? {
        let names = try Self.names(path)
        let parent = "/" + names.dropLast().joined(separator: "/")
        let directory = clinux_open_in_root(root, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        if directory == -ENOENT || directory == -ENOTDIR { return nil }
        return (try DiskError.check(directory, "open the directory \(parent)"), names.last ?? "")
    }

    private static func names(_ path: String) throws(DiskError) -> [String] {
        let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard names.count > 1, names.first == "", !names.dropFirst().contains(where: { ["", ".", ".."].contains($0) }),
            !path.utf8.contains(0)
        else { throw DiskError("use '\(path)'", detail: "it is not an absolute path without empty parts, . and ..") }
        return Array(names.dropFirst())
    }

    private static func fill(_ file: Int32, _ bytes: [UInt8], _ path: String) throws(DiskError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw DiskError("write \(path)", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    private static func read(_ name: String, in directory: Int32, _ path: String) throws(DiskError) -> [UInt8] {
        let file = try DiskError.check(
            openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), orErrno: "open \(path)")
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw DiskError("read \(path)", code: errno) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= sizeBound else { throw DiskError("read \(path)", detail: "it has more than 16 MiB") }
        }
    }

    private static func target(of name: String, in directory: Int32, _ path: String) throws(DiskError) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { memory in
            memory.withMemoryRebound(to: CChar.self) { base in
                base.baseAddress.map { readlinkat(directory, name, $0, base.count) } ?? -1
            }
        }
        guard count >= 0 else { throw DiskError("read the link \(path)", code: errno) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    private static func remove(_ name: String, in directory: Int32, _ path: String, depth: Int) throws(DiskError) {
        if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw DiskError("remove \(path)", code: errno) }
        guard depth < depthBound else { throw DiskError("remove \(path)", detail: "directories lie too deep") }
        let inner = try DiskError.check(
            openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), orErrno: "open \(path)")
        defer { close(inner) }
        for child in try list(inner, path) {
            try remove(child, in: inner, "\(path)/\(child)", depth: depth + 1)
        }
        try DiskError.check(unlinkat(directory, name, AT_REMOVEDIR), orErrno: "remove \(path)")
    }

    private static func list(_ directory: Int32, _ path: String) throws(DiskError) -> [String] {
        let handle = try DiskError.check(dup(directory), orErrno: "list \(path)")
        guard let stream = fdopendir(handle) else {
            close(handle)
            throw DiskError("list \(path)", code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

extension DiskError {
    /// Throws the current errno where `result` is negative.
    @discardableResult
    fileprivate static func check(
        _ result: Int32, orErrno operation: @autoclosure () -> String
    ) throws(DiskError) -> Int32 {
        let code = errno
        guard result >= 0 else { throw DiskError(operation(), code: code) }
        return result
    }
}
