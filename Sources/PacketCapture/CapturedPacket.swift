/// One packet as it is kept.
package struct CapturedPacket: Hashable, Sendable {
    /// Seconds since 1970.
    package var seconds: UInt32
    /// 0...999999, beyond `seconds`.
    package var microseconds: UInt32
    /// Octets on the wire.
    package var length: Int
    /// The first of them, from the Ethernet header on.
    package var bytes: [UInt8]

    package init(seconds: UInt32, microseconds: UInt32, length: Int, bytes: [UInt8]) {
        self.seconds = seconds
        self.microseconds = microseconds
        self.length = length
        self.bytes = bytes
    }
}
