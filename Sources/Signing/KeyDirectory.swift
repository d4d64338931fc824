import Glibc

/// A directory of secrets: mode 0700, its files 0600, every file written whole or not at all.
struct KeyDirectory: Sendable {
    let path: String

    /// The longest file that is read, in bytes; keys and certificates are far shorter.
    private static let fileBound = 1 << 16

    /// Opens the directory, which is made if it is missing; its parent must exist.
    init(_ path: String) throws(SigningError) {
        self.path = path
        if mkdir(path, 0o700) == 0 {
            try Self.syncDirectory(Self.parent(of: path))
        } else if errno != EEXIST {
            throw .system(path, "cannot be made")
        }
        try Self.requirePrivate(path, type: S_IFDIR, advice: "chmod 700")
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of the files that end with `suffix`, sorted.
    func names(endingWith suffix: String) throws(SigningError) -> [String] {
        guard let stream = opendir(path) else { throw .system(path, "cannot be listed") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix) && !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The text of a file; nil if there is none.
    func read(_ name: String) throws(SigningError) -> String? {
        let file = path(name)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(file, "cannot be opened")
        }
        defer { close(descriptor) }
        try Self.requirePrivate(file, type: S_IFREG, advice: "chmod 600")
        var bytes = [UInt8](repeating: 0, count: Self.fileBound + 1)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: length), $0.count - length)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(file, "cannot be read") }
            if count == 0 { break }
            length += count
        }
        guard length <= Self.fileBound else {
            throw SigningError(file, "is longer than \(Self.fileBound) bytes: no key")
        }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }

    /// Puts `text` into a file: afterwards the file holds all of it, durably, or what it held before.
    func write(_ name: String, _ text: String) throws(SigningError) {
        let file = path(name)
        let temporary = path(".\(name).new")
        guard unlink(temporary) == 0 || errno == ENOENT else { throw .system(temporary, "cannot be removed") }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(temporary, "cannot be made") }
        do {
            defer { close(descriptor) }
            try Self.writeAll(Array(text.utf8), to: descriptor, file: temporary)
        }
        guard rename(temporary, file) == 0 else { throw .system(file, "cannot be replaced") }
        try Self.syncDirectory(path)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, file: String) throws(SigningError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(file, "cannot be written") }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else { throw .system(file, "cannot be flushed") }
    }

    private static func requirePrivate(_ path: String, type: mode_t, advice: String) throws(SigningError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .system(path, "cannot be examined") }
        guard status.st_mode & S_IFMT == type else {
            throw SigningError(path, "is not a \(type == S_IFDIR ? "directory" : "regular file")")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw SigningError(path, "has mode 0\(mode), so others may have read it: \(advice) it, or rotate the keys")
        }
    }

    private static func syncDirectory(_ path: String) throws(SigningError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(path, "cannot be flushed") }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension SigningError {
    /// What the last system call failed with.
    fileprivate static func system(_ path: String, _ what: String) -> SigningError {
        SigningError(path, "\(what): \(String(cString: strerror(errno)))")
    }
}
