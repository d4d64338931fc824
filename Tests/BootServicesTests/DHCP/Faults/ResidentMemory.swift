import Glibc

/// How much memory of this process is in RAM.
enum ResidentMemory {
    struct Unreadable: Error { var text: String }

    /// Octets, as the kernel counts them now (proc(5), statm).
    static func octets() throws -> Int {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = file >= 0 ? read(file, &bytes, bytes.count) : 0
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { throw Unreadable(text: text) }
        return pages * Int(getpagesize())
    }
}
