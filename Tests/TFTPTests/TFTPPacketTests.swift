import NIOCore
import TFTP
import Testing

struct TFTPPacketTests {
    static let packets: [TFTPPacket] = [
        .readRequest(TFTPRequest(file: "undionly.kpxe")),
        .readRequest(
            TFTPRequest(
                file: "a/b", mode: .netascii, options: [TFTPOption("blksize", "1468"), TFTPOption("X-unknown", "")])),
        .writeRequest(TFTPRequest(file: "x", mode: TFTPMode(rawValue: "mail"))),
        .data(block: 0, payload: ByteBuffer()),
        .data(block: 65535, payload: ByteBuffer(bytes: [0, 1, 2, 255])),
        .acknowledgement(block: 0x0102),
        .error(TFTPError(.fileNotFound, "no such file")),
        .error(TFTPError(TFTPErrorCode(rawValue: 999), "")),
        .optionAcknowledgement([TFTPOption("tsize", "74213"), TFTPOption("blksize", "512")]),
    ]

    @Test(arguments: packets)
    func survivesARoundTrip(packet: TFTPPacket) throws {
        var buffer = ByteBuffer()
        packet.write(into: &buffer)
        #expect(try TFTPPacket(datagram: buffer) == packet)
    }

    /// What SeaBIOS's iPXE ROM sends, octet by octet.
    @Test func readsARequestAsItStandsOnTheWire() throws {
        let wire = "\u{0}\u{1}undionly.kpxe\u{0}octet\u{0}blksize\u{0}1432\u{0}tsize\u{0}0\u{0}"
        let packet = try TFTPPacket(datagram: ByteBuffer(string: wire))
        let options = [TFTPOption("blksize", "1432"), TFTPOption("tsize", "0")]
        #expect(packet == .readRequest(TFTPRequest(file: "undionly.kpxe", mode: .octet, options: options)))
    }

    @Test func ignoresTheNULsThatSomeROMsPadWith() throws {
        let wire = "\u{0}\u{1}a\u{0}OCTET\u{0}tsize\u{0}0\u{0}\u{0}\u{0}\u{0}"
        let packet = try TFTPPacket(datagram: ByteBuffer(string: wire))
        #expect(packet == .readRequest(TFTPRequest(file: "a", options: [TFTPOption("tsize", "0")])))
    }

    @Test func writesNoNULWithinAText() throws {
        var buffer = ByteBuffer()
        TFTPPacket.readRequest(TFTPRequest(file: "a\u{0}b")).write(into: &buffer)
        #expect(try TFTPPacket(datagram: buffer) == .readRequest(TFTPRequest(file: "ab")))
    }

    @Test(arguments: [
        "", "\u{0}", "\u{0}\u{0}", "\u{0}\u{7}", "\u{1}\u{1}", "\u{0}\u{1}", "\u{0}\u{1}a", "\u{0}\u{1}a\u{0}octet",
        "\u{0}\u{1}\u{0}octet\u{0}", "\u{0}\u{1}a\u{0}octet\u{0}blksize", "\u{0}\u{1}a\u{0}octet\u{0}blksize\u{0}1",
        "\u{0}\u{3}\u{0}", "\u{0}\u{4}", "\u{0}\u{5}", "\u{0}\u{6}tsize\u{0}1",
    ])
    func refusesAMalformedPacket(wire: String) {
        #expect(throws: TFTPDecodingError.self) { try TFTPPacket(datagram: ByteBuffer(string: wire)) }
    }

    @Test func refusesAFileNameThatIsNoUTF8AndOneThatIsTooLong() {
        let notUTF8 = ByteBuffer(bytes: [0, 1, 0xC3, 0x28, 0, 0x6F, 0])
        #expect(throws: TFTPDecodingError.self) { try TFTPPacket(datagram: notUTF8) }
        var tooLong = ByteBuffer()
        TFTPPacket.readRequest(TFTPRequest(file: String(repeating: "a", count: 2000))).write(into: &tooLong)
        #expect(throws: TFTPDecodingError.self) { try TFTPPacket(datagram: tooLong) }
    }

    /// Every prefix and every single-bit change of every packet throws, or decodes to what survives a round trip.
    @Test(arguments: packets)
    func survivesTruncationAndFlippedBits(packet: TFTPPacket) throws {
        var whole = ByteBuffer()
        packet.write(into: &whole)
        let bytes = Array(whole.readableBytesView)
        for length in 0...bytes.count {
            _ = try? TFTPPacket(datagram: ByteBuffer(bytes: bytes[..<length]))
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                guard let decoded = try? TFTPPacket(datagram: ByteBuffer(bytes: changed)) else { continue }
                var again = ByteBuffer()
                decoded.write(into: &again)
                #expect(try TFTPPacket(datagram: again) == decoded)
            }
        }
    }
}
