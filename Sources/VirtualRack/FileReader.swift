import Glibc
import SystemPackage

/// A file that is read at any place.
final class FileReader {
    private let descriptor: CInt

    /// Nil where the file cannot be opened.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Bytes.
    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// At most `count` bytes from `offset` on; fewer at the end of the file. Throws on an I/O error.
    func read(at offset: Int, count: Int) throws -> [UInt8] {
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let target = buffer.baseAddress?.advanced(by: filled)
                let length = pread(descriptor, target, count - filled, offset + filled)
                if length < 0, errno == EINTR { continue }
                if length < 0 { failure = Errno(rawValue: errno) }
                if length <= 0 { return }
                filled += length
            }
        }
        if let failure { throw RackError("cannot read: \(failure)") }
        return bytes
    }
}
