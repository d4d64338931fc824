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

    package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
