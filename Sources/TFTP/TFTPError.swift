/// What an ERROR packet says (RFC 1350 section 5).
package struct TFTPError: Error, Hashable, Sendable {
    package var code: TFTPErrorCode
    /// For people; netascii, never empty in what this server sends.
    package var message: String

    package init(_ code: TFTPErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension TFTPError: CustomStringConvertible {
    package var description: String { "error \(code.rawValue) (\(message))" }
}
