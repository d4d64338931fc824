/// One entry of a tar archive, with what its extended headers say of it.
struct TarEntry: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case file
        case hardLink
        case symbolicLink
        case characterDevice
        case blockDevice
        case directory
        case fifo
    }

    var kind: Kind
    /// As it stands in the archive: not checked, and of any encoding.
    var path: [UInt8]
    /// What a link leads to.
    var target: [UInt8] = []
    /// The bytes of the body that follows; only files have one.
    var size: UInt64 = 0
    var attributes = NodeAttributes()

    /// Bytes of an archive as text: control characters and what is no UTF-8 replaced, long ones cut.
    static func shown(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        let cleaned = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : Character(scalar)
        }
        return String(cleaned) + (bytes.count > 200 ? "…" : "")
    }
}

/// What a file's inode says of it, but for its type.
struct NodeAttributes: Hashable, Sendable {
    /// Permissions with setuid, setgid and sticky bits.
    var mode: UInt16 = 0o755
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    /// When it was changed: seconds since 1970 and the nanoseconds behind them.
    var seconds: Int64 = 0
    var nanoseconds: UInt32 = 0
    /// Extended attributes by the names that setxattr(2) takes.
    var extended: [String: [UInt8]] = [:]
}
