import BootServices
import NIOCore
import TFTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TFTPOptionFaultTests {
    private static let bytes = patternBytes(3000)
    private static let hundred = (0..<100).map { TFTPOption("x\($0)", "1") }

    @Test(
        "T14: what is too large is clamped, what is unknown is left out",
        arguments: [
            ([TFTPOption("blksize", "8")], [TFTPOption("blksize", "8")]),
            ([TFTPOption("blksize", "65464")], [TFTPOption("blksize", "1468")]),
            ([TFTPOption("blksize", "65535")], [TFTPOption("blksize", "1468")]),
            ([TFTPOption("blksize", "9223372036854775807")], [TFTPOption("blksize", "1468")]),
            ([TFTPOption("windowsize", "65535")], [TFTPOption("windowsize", "64")]),
            ([TFTPOption("tsize", "9223372036854775807")], [TFTPOption("tsize", "3000")]),
            ([TFTPOption("timeout", "0"), TFTPOption("timeout2", "1")], []),
            (hundred, []), (hundred + [TFTPOption("tsize", "0")], [TFTPOption("tsize", "3000")]),
        ] as [([TFTPOption], [TFTPOption])])
    func clampsWhatIsTooLarge(options: [TFTPOption], acknowledged: [TFTPOption]) async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let fetched = try await TFTPTestClient(port: port, options: options).fetch("file")
            #expect(fetched.bytes == Self.bytes)
            #expect(fetched.acknowledged == acknowledged)
        }
    }

    @Test(
        "T14: what no smaller value would do for is error 8",
        arguments: [
            [("blksize", "0")], [("blksize", "7")], [("blksize", "-1")], [("blksize", "")], [("blksize", "0x200")],
            [("blksize", " 512")], [("blksize", "512\n")], [("blksize", "many")], [("blksize", "99999999999999999999")],
            [("windowsize", "0")], [("windowsize", "-1")], [("windowsize", "99999999999999999999")], [("tsize", "-1")],
            [("tsize", "x")], [("timeout", "-1")], [("blksize", "512"), ("blksize", "512")],
            [("blksize", "512"), ("BLKSIZE", "1024")], [("tsize", "0"), ("tsize", "0")], [("x", "1"), ("X", "2")],
        ])
    func refusesWhatNoSmallerValueWouldDoFor(options: [(String, String)]) async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let asked = options.map { TFTPOption($0.0, $0.1) }
            let error = await #expect(throws: TFTPError.self) {
                try await TFTPTestClient(port: port, options: asked).fetch("file")
            }
            #expect(error?.code == .optionNegotiation)
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == Self.bytes)
        }
    }

    @Test("T14: a request of more options than a datagram of 1024 octets holds is no request")
    func passesOverARequestThatIsTooLong() async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let client = try LoopbackSocket()
            var request = ByteBuffer()
            let options = Self.hundred + Self.hundred
            TFTPPacket.readRequest(TFTPRequest(file: "file", options: options)).write(into: &request)
            try client.send(Array(request.readableBytesView), to: UInt16(port))
            #expect(request.readableBytes > 1024)
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == Self.bytes)
            #expect(client.receive() == nil)
        }
    }
}
