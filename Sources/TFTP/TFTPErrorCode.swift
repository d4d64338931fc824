/// The code of an ERROR packet (RFC 1350 appendix, RFC 2347). An open set: unknown codes survive.
package struct TFTPErrorCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let notDefined = TFTPErrorCode(rawValue: 0)
    package static let fileNotFound = TFTPErrorCode(rawValue: 1)
    package static let accessViolation = TFTPErrorCode(rawValue: 2)
    package static let diskFull = TFTPErrorCode(rawValue: 3)
    package static let illegalOperation = TFTPErrorCode(rawValue: 4)
    package static let unknownTransferID = TFTPErrorCode(rawValue: 5)
    package static let fileExists = TFTPErrorCode(rawValue: 6)
    package static let noSuchUser = TFTPErrorCode(rawValue: 7)
    /// RFC 2347: the transfer ends because of its options.
    package static let optionNegotiation = TFTPErrorCode(rawValue: 8)
}
