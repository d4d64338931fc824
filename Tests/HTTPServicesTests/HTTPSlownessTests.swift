import HTTPServices
import NIOCore
import NetworkTypes
import Testing

/// Clients that take their time. The counts are those that one process with both sides of each connection can hold
/// within a few seconds; the limits are smaller in proportion.
@Suite(.timeLimit(.minutes(2)))
struct HTTPSlownessTests {
    private static let small = "/boot/files/small"
    private static let slow = IPv4Address(127, 102, 0, 1)

    private let faults: FaultListener

    init() throws { faults = try FaultListener() }

    /// Another client gets its file.
    private static func expectService(port: Int) async throws {
        let answer = try await FaultListener.get(small, port: port)
        #expect(answer?.status == 200 && answer?.rest == FaultListener.small)
    }

    @Test("T17: one address holds no more connections than its share, and another client is served meanwhile")
    func oneAddressHoldsNoMoreThanItsShare() async throws {
        try await faults.serve(ListenerLimits(connectionsPerAddress: 50)) { (port) async throws in
            var open: [RawConnection] = []
            for _ in 0..<300 {
                let connection = try RawConnection(port: port, source: Self.slow)
                try await connection.send("GET \(Self.small) HTTP/1.1\r\nX: ")
                open.append(connection)
            }
            let isAtItsShare = try await FaultListener.waitUntil { () async throws in
                open.removeAll { $0.read(1) == nil }
                return open.count <= 50
            }
            #expect(isAtItsShare)
            try await Self.expectService(port: port)
            open.removeAll { $0.read(1) == nil }
            #expect(open.count == 50)
            // A place that is given back is taken again.
            open.removeAll()
            let isServedAgain = try await FaultListener.waitUntil { () async throws in
                let connection = try RawConnection(port: port, source: Self.slow)
                try await connection.send("GET \(Self.small) HTTP/1.1\r\nHost: ingot\r\nConnection: close\r\n\r\n")
                return try await connection.readToEnd().flatMap { RawAnswer($0) }?.status == 200
            }
            #expect(isServedAgain)
        }
    }

    @Test("T17: heads that come octet by octet are cut off, and another client is served meanwhile")
    func headsThatComeOctetByOctetAreCutOff() async throws {
        try await faults.serve(ListenerLimits(idle: .seconds(1))) { (port) async throws in
            var open: [RawConnection] = []
            for _ in 0..<200 {
                let connection = try RawConnection(port: port, source: Self.slow)
                try await connection.send("GET \(Self.small) HTTP/1.1\r\nX: ")
                open.append(connection)
            }
            let areCutOff = try await FaultListener.waitUntil { () async throws in
                for connection in open { try await connection.send("a") }
                open.removeAll { $0.read(1) == nil }
                try await Self.expectService(port: port)
                return open.isEmpty
            }
            #expect(areCutOff, "\(open.count) of 200 connections stay open")
        }
    }

    @Test("T17: bodies that stop coming are cut off")
    func bodiesThatStopComingAreCutOff() async throws {
        try await faults.serve(ListenerLimits(idle: .seconds(1))) { (port) async throws in
            let request = "POST /agent/v1/greet HTTP/1.1\r\nHost: ingot\r\nContent-Length: 1000\r\n\r\n{"
            let bytes = try await FaultListener.exchange(request, port: port)
            #expect(RawAnswer(bytes).map { (400...499).contains($0.status) } ?? true)
        }
    }

    @Test("T17: clients that read an octet at a time are cut off and leave nothing open")
    func clientsThatReadAnOctetAtATimeAreCutOff() async throws {
        try await faults.serve(ListenerLimits(stall: .seconds(1))) { (port) async throws in
            var readers: [RawConnection] = []
            for _ in 0..<40 {
                let reader = try RawConnection(port: port, source: Self.slow, receiveBuffer: 4096)
                try await reader.send("GET /boot/files/large HTTP/1.1\r\nHost: ingot\r\n\r\n")
                readers.append(reader)
            }
            var most = 0
            let areCutOff = try await FaultListener.waitUntil { () async throws in
                for reader in readers { _ = reader.read(1) }
                try await Self.expectService(port: port)
                let count = try FaultListener.openConnections(port: port)
                most = max(most, count)
                let files = try faults.openFiles()
                return most > 0 && count == 0 && files == 0
            }
            #expect(areCutOff)
            #expect(most > 20, "the clients were not served at the same time")
        }
    }
}
