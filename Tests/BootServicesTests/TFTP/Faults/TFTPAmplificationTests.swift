import BootServices
import NIOCore
import NetworkTypes
import TFTP
import Testing

/// Requests whose source addresses are forged: what the server sends to those who never asked.
@Suite(.timeLimit(.minutes(2)))
struct TFTPAmplificationTests {
    /// Octets of the headers of IPv4 and UDP.
    private static let headers = 28
    private static let bytes = patternBytes(5000)

    /// What came to one forged address.
    private struct Victim {
        var packets: [TFTPPacket] = []
        var octets = 0
    }

    private static func request(_ options: [TFTPOption]) -> [UInt8] {
        var buffer = ByteBuffer()
        TFTPPacket.readRequest(TFTPRequest(file: "file", options: options)).write(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    private static func source(_ number: Int) -> IPv4Address {
        IPv4Address(127, 100, UInt8(number / 250), UInt8(number % 250 + 1))
    }

    /// Sends the request from `count` forged addresses and waits until every transfer is over; what came, by address.
    private static func flood(
        _ request: [UInt8], from count: Int, to port: Int
    ) async throws -> [IPv4Address: Victim] {
        let sink = try LoopbackSocket(address: .any)
        let spoofer = try Spoofer()
        var victims: [IPv4Address: Victim] = [:]
        func drain() throws {
            while let datagram = sink.receive() {
                let packet = try TFTPPacket(datagram: ByteBuffer(bytes: datagram.bytes))
                let destination = try #require(datagram.destination)
                victims[destination, default: Victim()].packets.append(packet)
                victims[destination, default: Victim()].octets += headers + datagram.bytes.count
            }
        }
        for number in 0..<count {
            try spoofer.send(request, from: source(number), port: sink.port, to: UInt16(port))
            if number % 50 == 49 {
                try drain()
                // Lets the server come to the requests that wait in its socket.
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        let isOver = try await ServerResources.waitUntil { () async throws in
            try drain()
            return try !victims.isEmpty && ServerResources.sockets(connectedTo: sink.port) == 0
        }
        #expect(isOver, "transfers that nobody acknowledges go on")
        try drain()
        return victims
    }

    @Test("T15: 10,000 forged requests bring no victim more than three times what was sent in its name")
    func noVictimGetsMoreThanThreeTimesTheRequest() async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let request = Self.request([
                TFTPOption("blksize", "1428"), TFTPOption("tsize", "0"), TFTPOption("timeout", "1"),
            ])
            let victims = try await Self.flood(request, from: 10_000, to: port)
            let paid = Self.headers + request.count
            #expect(victims.count >= 512)
            #expect(victims.values.allSatisfy { $0.octets <= 3 * paid })
            #expect(victims.values.reduce(0) { $0 + $1.octets } <= 3 * paid * 10_000)
            for victim in victims.values {
                let isOfOptionsOnly = victim.packets.allSatisfy { packet in
                    if case .optionAcknowledgement = packet { return true }
                    return false
                }
                #expect(isOfOptionsOnly && (1...3).contains(victim.packets.count))
            }
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == Self.bytes)
        }
    }

    /// RFC 1350 leaves nothing smaller than a block to answer with, so that it comes once.
    @Test("T15: a forged request without options brings its victim one block and no more")
    func aRequestWithoutOptionsBringsOneBlock() async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let victims = try await Self.flood(Self.request([]), from: 50, to: port)
            #expect(victims.count == 50)
            let block = TFTPPacket.data(block: 1, payload: ByteBuffer(bytes: Self.bytes[..<512]))
            #expect(victims.values.allSatisfy { $0.packets == [block] })
        }
    }

    @Test("T15: an error is no larger than three times the request that it refuses")
    func anErrorIsNotLargeEither() async throws {
        try await withTFTPService(virtualFiles(["file": Self.bytes])) { (port) async throws in
            let requests = ["\u{0}\u{1}x\u{0}octet\u{0}", "\u{0}\u{1}x\u{0}mail\u{0}", "\u{0}\u{2}x\u{0}octet\u{0}"]
            for request in requests + ["\u{0}\u{1}file\u{0}octet\u{0}blksize\u{0}7\u{0}"] {
                let sink = try LoopbackSocket()
                try sink.send(Array(request.utf8), to: UInt16(port))
                let answer = try #require(try await sink.next())
                #expect(Self.headers + answer.bytes.count <= 3 * (Self.headers + request.utf8.count))
                let isClosed = try await ServerResources.waitUntil { () async throws in
                    try ServerResources.sockets(connectedTo: sink.port) == 0
                }
                #expect(isClosed)
                #expect(sink.receive() == nil)
            }
        }
    }

    @Test("T15: one address takes no more than its share of the transfers")
    func oneAddressTakesNoMoreThanItsShare() async throws {
        let limits = TFTPServiceLimits(transfers: 64)
        #expect(limits.transfersPerAddress == 32)
        try await withTFTPService(virtualFiles(["file": Self.bytes]), limits: limits) { (port) async throws in
            let request = Self.request([TFTPOption("tsize", "0"), TFTPOption("timeout", "30")])
            let greedy = IPv4Address(127, 100, 200, 1)
            let sockets = try (0..<100).map { _ in try LoopbackSocket(address: greedy) }
            for socket in sockets { try socket.send(request, to: UInt16(port)) }
            var answered = 0
            let isAtItsShare = try await ServerResources.waitUntil { () async throws in
                answered += sockets.filter { $0.receive() != nil }.count
                return answered >= 32
            }
            #expect(isAtItsShare)
            // Served behind all of the greedy address's requests.
            #expect(try await TFTPTestClient(port: port).fetch("file").bytes == Self.bytes)
            answered += sockets.filter { $0.receive() != nil }.count
            #expect(answered == 32)
        }
    }
}
