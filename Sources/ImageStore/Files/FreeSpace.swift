import Glibc

/// Room on a file system that images leave to the database, which mostly lies beside them: when it is full, no lease is given
/// any more.
enum FreeSpace {
    /// What stays free, in bytes.
    static func reserve(ofTotal total: UInt64) -> UInt64 { min(256 << 20, total / 20) }

    /// Throws ENOSPC where writing would use up what stays free.
    static func require(_ count: Int, on descriptor: CInt, _ path: String) throws(FileError) {
        var status = statvfs()
        // Where nobody knows, the write itself tells.
        guard fstatvfs(descriptor, &status) == 0, status.f_frsize > 0 else { return }
        let block = UInt64(status.f_frsize)
        let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: block).partialValue
        let total = UInt64(status.f_blocks).multipliedReportingOverflow(by: block).partialValue
        guard free < UInt64(count) + reserve(ofTotal: total) else { return }
        throw FileError("write", path, code: ENOSPC)
    }
}
