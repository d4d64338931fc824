/// Why a datagram is no TFTP packet.
package struct TFTPDecodingError: Error, Hashable, Sendable {
    /// Octets from the datagram's start to the field that is wrong.
    package var offset: Int
    package var expected: String
    package var found: String
}

extension TFTPDecodingError: CustomStringConvertible {
    package var description: String { "malformed TFTP packet at octet \(offset): expected \(expected), found \(found)" }
}
