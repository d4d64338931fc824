import Glibc

/// A system call on a file that failed.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried: `open`, `read`, ...
    package let operation: String
    package let path: String
    /// The value of errno.
    package let code: CInt

    /// Takes the error of the system call that has just failed.
    init(_ operation: String, _ path: String, code: CInt = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// True where there is no such file.
    package var isAbsence: Bool { code == ENOENT }

    /// True where the disk or its file system cannot read what is there.
    package var isDamage: Bool { [EIO, EUCLEAN, EBADMSG].contains(code) }

    package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
