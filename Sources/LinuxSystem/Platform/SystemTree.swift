import Glibc

/// The files by which the kernel tells about itself, `/proc` and `/sys`, below a root that tests can move.
package struct SystemTree: Sendable {
    private let root: String

    /// - Parameter root: what stands in front of every path; empty for the real ones.
    package init(root: String = "") { self.root = root }

    /// The bytes of a file, at most `limit`; nil where it cannot be read.
    package func bytes(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let descriptor = open(root + path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while content.count < limit {
            let count = read(descriptor, &buffer, min(buffer.count, limit - content.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            content += buffer[..<count]
        }
        return content
    }

    /// The text of a file without white space at its end; nil where it cannot be read.
    package func text(_ path: String) -> String? {
        guard var content = bytes(path) else { return nil }
        while let last = content.last, last == 0 || last == 0x0A || last == 0x20 { content.removeLast() }
        return String(decoding: content, as: UTF8.self)
    }

    /// A number that stands alone in a file, decimal; nil where there is none.
    package func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    /// The names in a directory, sorted; empty where it cannot be read.
    package func names(in path: String) -> [String] {
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

    /// True where something stands at the path.
    package func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    /// The last component of what a symbolic link points at; nil where it is none.
    package func linkName(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(root + path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return target.split(separator: "/").last.map(String.init)
    }

    /// Where a path below `/sys` leads to, below `/sys/devices`; nil where it leads elsewhere.
    package func devicePath(_ path: String) -> String? {
        guard let resolved = realpath(root + path, nil) else { return nil }
        defer { free(resolved) }
        let parts = String(cString: resolved).split(separator: "/")
        guard let devices = parts.firstIndex(of: "devices") else { return nil }
        return parts[(devices + 1)...].joined(separator: "/")
    }
}
