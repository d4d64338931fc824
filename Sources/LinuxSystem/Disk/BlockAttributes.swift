import Glibc

/// Reads the small files by which the kernel describes block devices.
struct BlockAttributes: Sendable {
    let root: String

    /// The text of a file, trimmed; nil where it cannot be read or is empty.
    func text(_ path: String) -> String? {
        guard let content = content(path) else { return nil }
        return Self.trimmed(content)
    }

    /// A decimal number that stands alone in a file.
    func number(_ path: String) -> UInt64? { text(path).flatMap { UInt64($0) } }

    /// The text of a SCSI vital product data page: four octets of header, the last two of them the length (SPC-4, 7.8).
    func vitalProductData(_ path: String) -> String? {
        guard let content = content(path), content.count > 4 else { return nil }
        return Self.trimmed(content.dropFirst(4).prefix(Int(content[2]) << 8 | Int(content[3])))
    }

    /// The names in a directory, sorted; empty where it cannot be read.
    func names(in path: String) -> [String] {
        guard let directory = opendir(root + path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    /// Where a path below `/sys` leads to, below `/sys/devices`.
    func realPath(_ path: String) -> String? { SystemTree(root: root).devicePath(path) }

    /// Opens a device for reading; nil where that is impossible.
    func open(_ path: String) -> ReadOnlyFile? { ReadOnlyFile(path: root + path) }

    private func content(_ path: String) -> [UInt8]? {
        let descriptor = Glibc.open(root + path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count < 0 ? nil : Array(buffer[..<count])
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> String? {
        let blank: Set<UInt8> = [0, 0x09, 0x0A, 0x0D, 0x20]
        let kept = bytes.drop(while: blank.contains).reversed().drop(while: blank.contains).reversed()
        return kept.isEmpty ? nil : String(decoding: Array(kept), as: UTF8.self)
    }
}

/// A file or device that is open for reading through the page cache.
package final class ReadOnlyFile: Sendable {
    private let descriptor: Int32

    /// Nil where the file cannot be opened.
    package init?(path: String) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset` on.
    package func bytes(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let result = bytes.withUnsafeMutableBytes { memory in
                pread(
                    descriptor, memory.baseAddress?.advanced(by: done), count - done,
                    off_t(clamping: offset + UInt64(done)))
            }
            if result < 0 && errno == EINTR { continue }
            guard result > 0 else {
                throw DiskError("read \(count) bytes at byte \(offset)", code: result < 0 ? errno : EIO)
            }
            done += result
        }
        return bytes
    }
}
