/// How much of a tar archive is kept in memory while it is imported.
package struct ArchiveLimits: Hashable, Sendable {
    /// Headers, extended ones counted; also entries together with directories that only paths name.
    package var headers: Int
    /// Bytes of all paths, link targets and extended attributes.
    package var nameBytes: Int
    /// Bytes of one path or link target (PATH_MAX of Linux).
    package var path = 4095
    /// Bytes of one extended header.
    package var extendedHeader = 1 << 20
    /// Bytes of one entry's extended attributes with their names: what fits into an inode and one block of ext4.
    package var attributes = 3800
    /// Directories below each other.
    package var depth = 256

    package init(headers: Int = 2 << 20, nameBytes: Int = 256 << 20) {
        self.headers = headers
        self.nameBytes = nameBytes
    }
}
