/// One option of a request or an OACK (RFC 2347), as it stands in the packet. Unknown options survive a round trip.
package struct TFTPOption: Hashable, Sendable {
    /// As it was sent; options are told apart without regard to case.
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// RFC 2348: octets in each DATA packet, 8 to 65464.
    package static let blockSize = "blksize"
    /// RFC 2349: seconds until a packet is sent again, 1 to 255.
    package static let timeout = "timeout"
    /// RFC 2349: octets in the whole file; a reader asks with 0.
    package static let transferSize = "tsize"
    /// RFC 7440: blocks for each acknowledgement, 1 to 65535.
    package static let windowSize = "windowsize"
}
