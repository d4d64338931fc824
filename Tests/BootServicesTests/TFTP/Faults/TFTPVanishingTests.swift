import BootServices
import NIOCore
import NetworkTypes
import TFTP
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TFTPVanishingTests {
    private static func encoded(_ packet: TFTPPacket) -> [UInt8] {
        var buffer = ByteBuffer()
        packet.write(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    /// The clients keep their ports open, so that no error of the network ends a transfer early.
    @Test("T17: 1,000 transfers whose clients vanish end, and another client is served meanwhile and afterwards")
    func aThousandTransfersWhoseClientsVanishEnd() async throws {
        let bytes = patternBytes(100_000)
        let limits = TFTPServiceLimits(
            transfer: TFTPLimits(repetitions: 1), transfers: 1004, transfersPerAddress: 250)
        try await withTFTPService(virtualFiles(["file": bytes]), limits: limits) { (port) async throws in
            let options = [TFTPOption("blksize", "1428"), TFTPOption("timeout", "3")]
            let request = Self.encoded(.readRequest(TFTPRequest(file: "file", options: options)))
            let start = Self.encoded(.acknowledgement(block: 0))
            var clients: [LoopbackSocket] = []
            for number in 0..<1000 {
                let client = try LoopbackSocket(address: IPv4Address(127, 101, 0, UInt8(number / 250 + 1)))
                try client.send(request, to: UInt16(port))
                let answer = try #require(try await client.next())
                // The transfer is under way: now it owes the client blocks.
                try client.send(start, to: answer.port)
                clients.append(client)
            }
            let fetched = try await TFTPTestClient(port: port, options: options).fetch("file")
            #expect(fetched.bytes == bytes)

            var told = 0
            let areToldAll = try await ServerResources.waitUntil { () async throws in
                for client in clients {
                    while let datagram = client.receive() {
                        let packet = try TFTPPacket(datagram: ByteBuffer(bytes: datagram.bytes))
                        if case .error = packet { told += 1 }
                    }
                }
                return told == 1000
            }
            #expect(areToldAll, "\(told) of 1000 transfers have ended")
            // Every place is free again.
            for client in clients {
                var isServed = false
                for _ in 0..<50 where !isServed {
                    try client.send(request, to: UInt16(port))
                    isServed = try await client.next(within: .milliseconds(200)) != nil
                }
                #expect(isServed)
            }
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == bytes)
        }
    }
}
