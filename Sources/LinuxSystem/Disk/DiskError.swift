import Glibc

/// Why a disk, a partition or a mount did not do what it was asked.
package struct DiskError: Error, Hashable, Sendable {
    /// What was tried, on which device and where.
    package var operation: String
    /// The errno; nil where the kernel gave none.
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

    /// Throws where `result` is a negative errno, as CLinux returns it.
    @discardableResult
    static func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(DiskError) -> Int32 {
        guard result >= 0 else { throw DiskError(operation(), code: -result) }
        return result
    }
}

extension DiskError: CustomStringConvertible {
    package var description: String { "\(operation): \(detail)" }
}
