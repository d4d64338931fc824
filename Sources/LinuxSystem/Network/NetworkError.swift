import Glibc

/// Why the kernel's network did not do what it was asked.
package struct NetworkError: Error, Hashable, Sendable {
    /// What was tried, and on which interface.
    package var operation: String
    /// The errno; nil where the kernel's answer itself was wrong.
    package var code: Int32?
    package var detail: String

    package init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
        detail = String(cString: strerror(code))
    }

    package init(_ operation: String, detail: String) {
        self.operation = operation
        self.detail = detail
    }
}

extension NetworkError: CustomStringConvertible {
    package var description: String { "\(operation): \(detail)" }
}
