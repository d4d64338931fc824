package import NIOCore
import NetworkTypes

extension ByteBuffer {
    /// Writes the packet with both checksums, TTL 64, do not fragment.
    package mutating func writeUDPFrame(_ frame: UDPFrame) throws(UDPFrameError) {
        let length = frame.payload.readableBytes + UDPFrame.udpHeaderSize
        guard length + UDPFrame.headerSize <= 65_535 else { throw .tooLong(frame.payload.readableBytes) }
        var header: [UInt8] = [0x45, 0] + word(length + UDPFrame.headerSize) + [0, 0, 0x40, 0, 64]
        header += [UDPFrame.protocolNumber, 0, 0] + frame.source.bytes + frame.destination.bytes
        var sum = InternetChecksum()
        sum.add(header)
        header.replaceSubrange(10..<12, with: word(Int(sum.value)))

        var datagram = word(Int(frame.sourcePort)) + word(Int(frame.destinationPort)) + word(length) + [0, 0]
        datagram += Array(frame.payload.readableBytesView)
        let checksum = UDPFrame.checksum(source: frame.source, destination: frame.destination, datagram: datagram)
        // A computed 0 goes out as all ones: 0 says that there is no checksum (RFC 768).
        datagram.replaceSubrange(6..<8, with: word(checksum == 0 ? 0xFFFF : Int(checksum)))
        writeBytes(header)
        writeBytes(datagram)
    }

    /// Reads one packet from the start of the buffer; octets behind it (Ethernet padding) are left out.
    ///
    /// - Parameter checksumIsPartial: the kernel says that the sender's network card was to fill in the UDP checksum,
    ///   so that it cannot be checked.
    package mutating func readUDPFrame(checksumIsPartial: Bool = false) throws(UDPFrameError) -> UDPFrame {
        let bytes = Array(readableBytesView)
        guard bytes.count >= UDPFrame.headerSize else {
            throw .truncated(expected: UDPFrame.headerSize, actual: bytes.count)
        }
        let headerSize = Int(bytes[0] & 15) * 4
        guard bytes[0] >> 4 == 4, headerSize >= UDPFrame.headerSize else { throw .notIPv4 }
        let total = number(bytes[2...3])
        guard total >= headerSize, bytes.count >= total else { throw .truncated(expected: total, actual: bytes.count) }
        try checkHeader(bytes[..<headerSize])
        let datagram = Array(bytes[headerSize..<total])
        let frame = try readDatagram(datagram, header: bytes, checksumIsPartial: checksumIsPartial)
        moveReaderIndex(forwardBy: total)
        return frame
    }

    private func checkHeader(_ header: ArraySlice<UInt8>) throws(UDPFrameError) {
        var sum = InternetChecksum()
        sum.add(header)
        guard sum.value == 0 else { throw .wrongHeaderChecksum }
        guard header[9] == UDPFrame.protocolNumber else { throw .notUDP(header[9]) }
        guard number(header[6...7]) & 0x3FFF == 0 else { throw .fragment }
    }

    private func readDatagram(
        _ datagram: [UInt8], header: [UInt8], checksumIsPartial: Bool
    ) throws(UDPFrameError) -> UDPFrame {
        guard datagram.count >= UDPFrame.udpHeaderSize else {
            throw .truncated(expected: UDPFrame.udpHeaderSize, actual: datagram.count)
        }
        let length = number(datagram[4...5])
        guard length >= UDPFrame.udpHeaderSize, length <= datagram.count else {
            throw .truncated(expected: length, actual: datagram.count)
        }
        let source = IPv4Address(header[12], header[13], header[14], header[15])
        let destination = IPv4Address(header[16], header[17], header[18], header[19])
        let whole = Array(datagram[..<length])
        if !checksumIsPartial && number(datagram[6...7]) != 0 {
            let sum = UDPFrame.checksum(source: source, destination: destination, datagram: whole)
            guard sum == 0 else { throw .wrongUDPChecksum }
        }
        return UDPFrame(
            source: source, sourcePort: UInt16(number(datagram[0...1])), destination: destination,
            destinationPort: UInt16(number(datagram[2...3])),
            payload: ByteBuffer(bytes: whole[UDPFrame.udpHeaderSize...]))
    }

    private func number(_ pair: ArraySlice<UInt8>) -> Int { pair.reduce(0) { $0 << 8 | Int($1) } }

    private func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
}
