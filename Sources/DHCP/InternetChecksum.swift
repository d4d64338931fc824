/// The ones' complement sum of IP, UDP and ICMP (RFC 1071).
struct InternetChecksum {
    private var sum: UInt64 = 0

    /// Adds octets as 16-bit words, a last odd one padded with zero.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        var isHigh = true
        for byte in bytes {
            sum &+= isHigh ? UInt64(byte) << 8 : UInt64(byte)
            isHigh.toggle()
        }
    }

    /// The checksum of what was added; 0 over data that holds its own right checksum.
    var value: UInt16 {
        var folded = sum
        while folded >> 16 != 0 { folded = (folded & 0xFFFF) + (folded >> 16) }
        return ~UInt16(folded)
    }
}
