/// One file of an archive.
package struct ArchiveEntry: Hashable, Sendable {
    /// Relative, without `./` in front.
    package var path: String
    /// File type and permission bits, as `st_mode` has them.
    package var mode: UInt32
    /// The file's bytes; a symbolic link's target.
    package var content: [UInt8]

    package init(path: String, mode: UInt32, content: [UInt8]) {
        self.path = path
        self.mode = mode
        self.content = content
    }

    /// A regular file.
    package static func file(_ path: String, permissions: UInt32 = 0o644, content: [UInt8]) -> ArchiveEntry {
        ArchiveEntry(path: path, mode: typeRegular | permissions, content: content)
    }

    /// A directory with mode 0755.
    package static func directory(_ path: String) -> ArchiveEntry {
        ArchiveEntry(path: path, mode: typeDirectory | 0o755, content: [])
    }

    package var isDirectory: Bool { mode & typeMask == typeDirectory }
    package var isRegular: Bool { mode & typeMask == typeRegular }
    package var isSymbolicLink: Bool { mode & typeMask == typeLink }
}

private let typeMask: UInt32 = 0o170000
private let typeRegular: UInt32 = 0o100000
private let typeDirectory: UInt32 = 0o040000
private let typeLink: UInt32 = 0o120000
