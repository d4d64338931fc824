import BootServices
import NIOCore
import TFTP
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TFTPFaultTests {
    @Test(arguments: [1, 4])
    func everyByteArrivesThoughPacketsAreLost(windowSize: Int) async throws {
        let bytes = patternBytes(1428 * 12 + 5)
        let options = [TFTPOption("blksize", "1428"), TFTPOption("windowsize", "\(windowSize)")]
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let client = TFTPTestClient(
                port: port, options: options, losesPacket: { [0, 3, 9, 10].contains($0) },
                losesAcknowledgement: { $0 == 2 })
            #expect(try await client.fetch("file").bytes == bytes)
        }
    }

    @Test("T16: repeated acknowledgements repeat no block", arguments: [1, 8])
    func repeatedAcknowledgementsRepeatNoBlock(windowSize: Int) async throws {
        let bytes = patternBytes(512 * 200 + 1)
        let options = [TFTPOption("windowsize", "\(windowSize)")]
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let client = TFTPTestClient(port: port, options: options, copies: 4)
            let fetched = try await client.fetch("file")
            #expect(fetched.bytes == bytes)
            #expect(fetched.dataPackets == 201)
        }
    }

    @Test func aStalledTransferEndsAndFreesItsPlace() async throws {
        let limits = TFTPServiceLimits(transfer: TFTPLimits(repetitions: 1), transfers: 1)
        try await withTFTPService(virtualFiles(["file": patternBytes(1000)]), limits: limits) { (port) async throws in
            let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
            try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
                try await outbound.send(.readRequest(TFTPRequest(file: "file")), to: server)
                var packets: [TFTPPacket] = []
                for try await envelope in inbound {
                    packets.append(try TFTPPacket(datagram: envelope.data))
                    if case .error = packets.last { break }
                    if packets.count == 1 {
                        try await outbound.send(.acknowledgement(block: 1), to: envelope.remoteAddress)
                    }
                }
                #expect(packets.count == 4)
            }
            #expect(try await Self.fetchPatiently(port: port) == patternBytes(1000))
        }
    }

    /// A request beyond the limit is dropped; a client asks again.
    private static func fetchPatiently(port: Int) async throws -> [UInt8] {
        for _ in 0..<50 {
            let bytes = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask { try await TFTPTestClient(port: port).fetch("file").bytes }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(200))
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            if let bytes, !bytes.isEmpty { return bytes }
        }
        return []
    }

    @Test func aClientThatClosesItsPortEndsItsTransfer() async throws {
        let limits = TFTPServiceLimits(transfers: 1)
        try await withTFTPService(virtualFiles(["file": patternBytes(1000)]), limits: limits) { (port) async throws in
            try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
                try await outbound.send(
                    .readRequest(TFTPRequest(file: "file")), to: SocketAddress(ipAddress: "127.0.0.1", port: port))
                var packets = 0
                for try await envelope in inbound {
                    packets += 1
                    if packets == 2 { break }
                    try await outbound.send(.acknowledgement(block: 1), to: envelope.remoteAddress)
                }
            }
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try await Self.fetchPatiently(port: port) == patternBytes(1000))
            #expect(clock.now - start < .seconds(5), "without the closed port's error it takes 23 s")
        }
    }

    @Test func endsATransferThatTakesTooLong() async throws {
        let limits = TFTPServiceLimits(duration: .milliseconds(300))
        try await withTFTPService(virtualFiles(["file": patternBytes(512 * 10_000)]), limits: limits) {
            (port) async throws in
            try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
                try await outbound.send(
                    .readRequest(TFTPRequest(file: "file")), to: SocketAddress(ipAddress: "127.0.0.1", port: port))
                for try await envelope in inbound {
                    switch try TFTPPacket(datagram: envelope.data) {
                    case .data(let block, _):
                        try await Task.sleep(for: .milliseconds(20))
                        try await outbound.send(.acknowledgement(block: block), to: envelope.remoteAddress)
                    case .error(let error):
                        #expect(error.message.contains("too long"))
                        return
                    default: Issue.record("the server sent something else")
                    }
                }
            }
        }
    }

    @Test func aRepeatedRequestOpensNoSecondTransfer() async throws {
        let bytes = patternBytes(512 * 3)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
            try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
                for _ in 0..<3 { try await outbound.send(.readRequest(TFTPRequest(file: "file")), to: server) }
                var ports: Set<Int?> = []
                var received = 0
                for try await envelope in inbound {
                    ports.insert(envelope.remoteAddress.port)
                    guard case .data(let block, let payload) = try TFTPPacket(datagram: envelope.data) else { break }
                    received += payload.readableBytes
                    try await outbound.send(.acknowledgement(block: block), to: envelope.remoteAddress)
                    if payload.readableBytes < 512 { break }
                }
                #expect(ports.count == 1)
                #expect(received == bytes.count)
            }
        }
    }

    /// Another sender knows the transfer's port, acknowledges and aborts: the transfer does not notice.
    @Test("T16: an acknowledgement from another port does not count")
    func nobodyElseTakesPartInATransfer() async throws {
        let bytes = patternBytes(1000)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
                try await outbound.send(
                    .readRequest(TFTPRequest(file: "file")), to: SocketAddress(ipAddress: "127.0.0.1", port: port))
                var received: [UInt8] = []
                for try await envelope in inbound {
                    guard case .data(let block, let payload) = try TFTPPacket(datagram: envelope.data) else {
                        Issue.record("the transfer was disturbed")
                        return
                    }
                    received += payload.readableBytesView
                    try await TFTPTestClient.open().executeThenClose { (_, stranger) async throws in
                        try await stranger.send(.acknowledgement(block: block), to: envelope.remoteAddress)
                        try await stranger.send(
                            .error(TFTPError(.notDefined, "abort")), to: envelope.remoteAddress)
                    }
                    try await outbound.send(.acknowledgement(block: block), to: envelope.remoteAddress)
                    if payload.readableBytes < 512 { break }
                }
                #expect(received == bytes)
            }
        }
    }
}
