import BootServices
import Glibc
import NIOCore
import TFTP
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TFTPLongFileTests {
    private static let blockSize = 1408
    private static let windowSize = 64
    /// More than the 65535 that a block number can say; the file is a whole number of them.
    private static let blocks = 66_000

    /// Every block begins with its number.
    private static func file() -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: blocks * blockSize)
        for block in 0..<blocks {
            for place in 0..<4 { bytes[block * blockSize + place] = UInt8(truncatingIfNeeded: block >> (8 * place)) }
        }
        return bytes
    }

    private static func encoded(_ packet: TFTPPacket) -> [UInt8] {
        var buffer = ByteBuffer()
        packet.write(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    private static func isEqual(_ payload: ArraySlice<UInt8>, _ file: [UInt8], at offset: Int) -> Bool {
        guard offset + payload.count <= file.count else { return false }
        return payload.withUnsafeBytes { payload in
            file.withUnsafeBytes { file in
                guard let found = payload.baseAddress, let expected = file.baseAddress else { return payload.isEmpty }
                return memcmp(found, expected + offset, payload.count) == 0
            }
        }
    }

    @Test("T16: 92.9 MB in blocks of 1408 octets come once each, though every acknowledgement comes twice")
    func aLongFileComesOnceThoughEveryAcknowledgementComesTwice() async throws {
        let file = Self.file()
        try await withTFTPService(virtualFiles(["file": file])) { (port) async throws in
            let client = try LoopbackSocket()
            let stranger = try LoopbackSocket()
            let options = [
                TFTPOption("blksize", "\(Self.blockSize)"), TFTPOption("windowsize", "\(Self.windowSize)"),
                TFTPOption("timeout", "30"),
            ]
            try client.send(
                Self.encoded(.readRequest(TFTPRequest(file: "file", options: options))), to: UInt16(port))
            let answer = try #require(try await client.next())
            #expect(answer.bytes == Self.encoded(.optionAcknowledgement(options)))
            var acknowledgement = Self.encoded(.acknowledgement(block: 0))
            for _ in 0..<2 { try client.send(acknowledgement, to: answer.port) }

            let lastBlock = Self.blocks + 1
            for block in 1...lastBlock {
                guard let packet = try await client.next() else {
                    Issue.record("block \(block) did not come")
                    return
                }
                let payload = packet.bytes.dropFirst(TFTPPacket.dataHeader)
                let number = UInt16(packet.bytes[2]) << 8 | UInt16(packet.bytes[3])
                // A block that came twice or not at all shows here.
                guard packet.bytes[1] == 3, number == TFTPTransfer.wireNumber(block),
                    payload.count == (block == lastBlock ? 0 : Self.blockSize),
                    Self.isEqual(payload, file, at: (block - 1) * Self.blockSize)
                else {
                    Issue.record("instead of block \(block) came \(packet.bytes.prefix(8))")
                    return
                }
                guard block % Self.windowSize == 0 || block == lastBlock else { continue }
                acknowledgement = Self.encoded(.acknowledgement(block: number))
                // From a port that takes no part in the transfer: the next window's number would lose a window.
                try stranger.send(
                    Self.encoded(.acknowledgement(block: number &+ UInt16(Self.windowSize))), to: answer.port)
                for _ in 0..<2 { try client.send(acknowledgement, to: answer.port) }
            }
            let isOver = try await ServerResources.waitUntil { () async throws in
                try ServerResources.sockets(connectedTo: client.port) == 0
            }
            #expect(isOver)
            #expect(client.receive() == nil)
        }
    }
}
