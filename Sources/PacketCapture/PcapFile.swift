/// The file format of libpcap and tcpdump, version 2.4, little-endian (draft-ietf-opsawg-pcap).
enum PcapFile {
    /// Octets of a packet at most.
    static let snapLength: UInt32 = 1600
    /// LINKTYPE_ETHERNET.
    private static let ethernet: UInt32 = 1

    static func encode(_ packets: [CapturedPacket]) -> [UInt8] {
        var file: [UInt8] = []
        file.reserveCapacity(24 + packets.reduce(0) { $0 + 16 + $1.bytes.count })
        // Magic number (microseconds), version 2.4, two fields that are always zero, length, link type.
        let header: [UInt32] = [0xA1B2_C3D4, 2 | 4 << 16, 0, 0, snapLength, ethernet]
        for word in header { append(word, to: &file) }
        for packet in packets {
            for word in [
                packet.seconds, packet.microseconds, UInt32(clamping: packet.bytes.count),
                UInt32(clamping: packet.length),
            ] {
                append(word, to: &file)
            }
            file += packet.bytes
        }
        return file
    }

    private static func append(_ word: UInt32, to file: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { file.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
