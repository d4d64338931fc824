/// Why the TFTP service cannot run.
package struct TFTPServiceError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
