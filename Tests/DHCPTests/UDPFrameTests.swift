import DHCP
import NIOCore
import NetworkTypes
import Testing

@Suite struct UDPFrameTests {
    private let frame = UDPFrame(
        source: IPv4Address(10, 0, 0, 1), sourcePort: 67, destination: IPv4Address(10, 0, 0, 2), destinationPort: 68,
        payload: ByteBuffer(bytes: [0x68, 0x69, 0x21]))

    /// The packet of RFC 791 and RFC 768, its checksums reckoned by another program.
    private let golden: [UInt8] = [
        0x45, 0x00, 0x00, 0x1F, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x26, 0xCC, 10, 0, 0, 1, 10, 0, 0, 2,
        0x00, 0x43, 0x00, 0x44, 0x00, 0x0B, 0x61, 0xE5, 0x68, 0x69, 0x21,
    ]

    @Test func writesTheHeadersOfTheRFCs() throws {
        var buffer = ByteBuffer()
        try buffer.writeUDPFrame(frame)
        #expect(Array(buffer.readableBytesView) == golden)
    }

    @Test func readsWhatItWroteAndLeavesPaddingOut() throws {
        var buffer = ByteBuffer(bytes: golden + Array(repeating: 0, count: 15))
        #expect(try buffer.readUDPFrame() == frame)
        #expect(buffer.readableBytes == 15)
    }

    @Test func refusesEveryTruncation() {
        for count in 0..<golden.count {
            var buffer = ByteBuffer(bytes: golden[..<count])
            #expect(throws: UDPFrameError.self) { try buffer.readUDPFrame() }
        }
    }

    @Test func refusesEveryFlippedBitOfTheHeaders() {
        for index in golden.indices {
            for bit in 0..<8 {
                var bytes = golden
                bytes[index] ^= 1 << UInt8(bit)
                var buffer = ByteBuffer(bytes: bytes)
                #expect(throws: UDPFrameError.self) { try buffer.readUDPFrame() }
            }
        }
    }

    @Test func takesAPartialChecksumWhereTheKernelSaysSo() throws {
        var bytes = golden
        bytes[26] = 0x12
        var wrong = ByteBuffer(bytes: bytes)
        #expect(throws: UDPFrameError.wrongUDPChecksum) { try wrong.readUDPFrame() }
        #expect(try wrong.readUDPFrame(checksumIsPartial: true).payload == frame.payload)
    }

    @Test func refusesAPayloadThatIsTooLong() {
        var long = frame
        long.payload = ByteBuffer(repeating: 0, count: 65_508)
        var buffer = ByteBuffer()
        #expect(throws: UDPFrameError.tooLong(65_508)) { try buffer.writeUDPFrame(long) }
    }
}
