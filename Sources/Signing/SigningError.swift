/// Why keys could not be read, made or used: which file, and what to do about it.
package struct SigningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or directory that is at fault; nil where none is.
    package let path: String?
    package let reason: String

    package init(_ path: String?, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { path.map { "\($0): \(reason)" } ?? reason }
}
