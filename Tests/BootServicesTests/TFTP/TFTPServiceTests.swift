import BootServices
import Logging
import NIOCore
import NetworkTypes
import TFTP
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TFTPServiceTests {
    /// Sizes against pairs of block size and window size.
    @Test(
        arguments: [0, 1, 511, 512, 513, 1468, 2936, 100_000],
        [(nil, nil), (8, 64), (512, 1), (1468, nil), (1468, 4), (65464, 64), (nil, 3)] as [(Int?, Int?)])
    func servesEveryByte(size: Int, asked: (blockSize: Int?, windowSize: Int?)) async throws {
        let (blockSize, windowSize) = asked
        let bytes = patternBytes(size)
        var options = [TFTPOption("tsize", "0")]
        if let blockSize { options.append(TFTPOption("blksize", "\(blockSize)")) }
        if let windowSize { options.append(TFTPOption("windowsize", "\(windowSize)")) }
        let client = options
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let fetched = try await TFTPTestClient(port: port, options: client).fetch("file")
            #expect(fetched.bytes == bytes)
            #expect(fetched.acknowledged.first == TFTPOption("tsize", "\(size)"))
        }
    }

    @Test func servesAClientWithoutOptionsAsRFC1350Says() async throws {
        let bytes = patternBytes(1024)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let fetched = try await TFTPTestClient(port: port).fetch("/file")
            #expect(fetched.bytes == bytes)
            #expect(fetched.acknowledged.isEmpty)
            #expect(fetched.dataPackets == 3)
        }
    }

    @Test("T16: a file goes on beyond block 65535")
    func goesOnBeyondBlock65535() async throws {
        let bytes = patternBytes(70_000 * 8 + 1)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let options = [TFTPOption("blksize", "8"), TFTPOption("windowsize", "32")]
            #expect(try await TFTPTestClient(port: port, options: options).fetch("file").bytes == bytes)
        }
    }

    @Test func carriesTwoHundredTransfersAtOnce() async throws {
        var files: [String: [UInt8]] = [:]
        for number in 0..<20 { files["file\(number)"] = patternBytes(300_000 + number, seed: UInt64(number)) }
        let expected = files
        try await withTFTPService(virtualFiles(files)) { (port) async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let name = "file\(number % 20)"
                        let options = number % 2 == 0 ? [TFTPOption("blksize", "1428")] : []
                        let fetched = try await TFTPTestClient(port: port, options: options).fetch(name)
                        return fetched.bytes == expected[name]
                    }
                }
                var right = 0
                for try await isRight in group where isRight { right += 1 }
                #expect(right == 200)
            }
        }
    }

    @Test func twoHundredClientsThatHaveAllStartedAreAllServed() async throws {
        let bytes = patternBytes(2000)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            let started = Countdown(200)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await Self.fetchHeldOpen(port: port, until: started) == bytes }
                }
                var right = 0
                for try await isRight in group where isRight { right += 1 }
                #expect(right == 200)
            }
        }
    }

    /// Takes the first block, waits until every client has its own, then acknowledges.
    private static func fetchHeldOpen(port: Int, until started: Countdown) async throws -> [UInt8] {
        try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
            let options = [TFTPOption("timeout", "20")]
            try await outbound.send(
                .readRequest(TFTPRequest(file: "file", options: options)),
                to: SocketAddress(ipAddress: "127.0.0.1", port: port))
            var bytes: [UInt8] = []
            for try await envelope in inbound {
                switch try TFTPPacket(datagram: envelope.data) {
                case .optionAcknowledgement:
                    await started.arrive()
                    try await outbound.send(.acknowledgement(block: 0), to: envelope.remoteAddress)
                case .data(let block, let payload):
                    bytes += payload.readableBytesView
                    try await outbound.send(.acknowledgement(block: block), to: envelope.remoteAddress)
                    if payload.readableBytes < 512 { return bytes }
                default: return []
                }
            }
            return bytes
        }
    }

    @Test(arguments: [
        ("file", TFTPMode.netascii, [], TFTPErrorCode.illegalOperation), ("file", .mail, [], .illegalOperation),
        ("none", .octet, [], .fileNotFound), ("file\u{1}", .octet, [], .fileNotFound),
        ("file", .octet, [TFTPOption("blksize", "7")], .optionNegotiation),
        ("file", .octet, [TFTPOption("windowsize", "0")], .optionNegotiation),
    ])
    func refusesWithTheRightError(
        file: String, mode: TFTPMode, options: [TFTPOption], code: TFTPErrorCode
    ) async throws {
        try await withTFTPService(virtualFiles(["file": [1, 2, 3]])) { (port) async throws in
            let client = TFTPTestClient(port: port, options: options, mode: mode)
            let error = await #expect(throws: TFTPError.self) { try await client.fetch(file) }
            #expect(error?.code == code)
            #expect(error?.message.isEmpty == false)
        }
    }

    @Test func isReadOnly() async throws {
        try await withTFTPService(virtualFiles(["file": [1, 2, 3]])) { (port) async throws in
            let answer = try await Self.answer(to: .writeRequest(TFTPRequest(file: "file")), port: port)
            guard case .error(let error) = answer else {
                Issue.record("the answer is \(answer)")
                return
            }
            #expect(error.code == .accessViolation)
        }
    }

    private static func answer(to packet: TFTPPacket, port: Int) async throws -> TFTPPacket {
        try await TFTPTestClient.open().executeThenClose { (inbound, outbound) async throws in
            try await outbound.send(packet, to: SocketAddress(ipAddress: "127.0.0.1", port: port))
            for try await envelope in inbound { return try TFTPPacket(datagram: envelope.data) }
            throw CancellationError()
        }
    }

    @Test(arguments: 0..<10)
    func survivesWhatIsNoTFTP(opcode: UInt8) async throws {
        let bytes = patternBytes(3000)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            try await TFTPTestClient.open().executeThenClose { (_, outbound) async throws in
                let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
                for number in 0..<30 {
                    let junk = [0, opcode] + patternBytes(number * number, seed: UInt64(number))
                    try await outbound.write(
                        AddressedEnvelope(remoteAddress: server, data: ByteBuffer(bytes: junk)))
                }
            }
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == bytes)
        }
    }

    @Test func survivesAnEmptyDatagram() async throws {
        let bytes = patternBytes(3000)
        try await withTFTPService(virtualFiles(["file": bytes])) { (port) async throws in
            try await TFTPTestClient.open().executeThenClose { (_, outbound) async throws in
                let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
                try await outbound.write(AddressedEnvelope(remoteAddress: server, data: ByteBuffer()))
            }
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == bytes)
        }
    }

    @Test func aPortThatIsTakenIsAnErrorThatNamesIt() async throws {
        try await withTFTPService(virtualFiles([:])) { (port) async throws in
            let second = TFTPService(
                addresses: [.init(127, 0, 0, 1)], port: port, files: virtualFiles([:]),
                log: .init(label: "tftp"))
            let error = await #expect(throws: TFTPServiceError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1, UDP port \(port)") == true)
        }
    }
}
