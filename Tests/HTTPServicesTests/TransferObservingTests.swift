import BootTimeline
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TransferObservingTests {
    private let observer = CollectingObserver()

    /// Serves some files and a failure on loopback.
    private func serve(
        mac: MACAddress? = Installation.mac, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: IngotContext.self)
        let loopback = IPv4Address(127, 0, 0, 1)
        router.middlewares.add(
            HTTPTransferObserver(observer: observer, macOf: { $0 == loopback ? mac : nil }, now: { 7 }))
        router.get("/boot/files/**") { _, context in
            guard context.parameters.getCatchAll() == ["x64", "loader"] else { throw HTTPError(.notFound) }
            return Self.response()
        }
        router.get("/stage/:name") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(repeating: 1, count: 100))
                    throw HTTPError(.internalServerError, message: "the disk is broken")
                })
        }
        router.get("/boot/ipxe/:mac") { _, _ in Self.response() }
        try await Application(router: router, logger: Installation.log).test(.live, body)
    }

    private static func response() -> Response {
        Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(repeating: 1, count: 1000)))
    }

    private func transfers() -> [TransferRecord] {
        observer.events.compactMap { event in
            if case .transfer(let record) = event.occurrence { return record }
            return nil
        }
    }

    @Test func aBootFileIsTold() async throws {
        try await serve { client async throws in
            let answer = try await client.send(.get, "/boot/files/x64/loader")
            #expect(answer.status == .ok && answer.bytes.count == 1000)
            #expect(answer.headers[.contentLength] == "1000")
        }
        let event = try #require(observer.events.first)
        #expect(event.at == 7 && event.mac == Installation.mac)
        let transfer = try #require(transfers().first)
        #expect(transfer.service == .http && transfer.file == "x64/loader")
        #expect(transfer.bytes == 1000 && transfer.ending == .complete && transfer.blockSize == nil)
        #expect(observer.events.count == 1)
    }

    @Test func aFileThatIsNotServedIsTold() async throws {
        try await serve { client async throws in
            #expect(try await client.send(.get, "/boot/files/none").status == .notFound)
        }
        #expect(transfers().map(\.file) == ["none"])
        #expect(transfers().map(\.ending) == [.missing])
    }

    @Test func aTransferThatBreaksOffIsToldWithWhatWasWritten() async throws {
        try await serve { client async throws in
            _ = await #expect(throws: (any Error).self) { try await client.send(.get, "/stage/vmlinuz") }
        }
        let transfer = try #require(transfers().first)
        #expect(transfer.file == "stage/vmlinuz" && transfer.bytes == 100 && transfer.ending == .aborted)
        #expect(transfer.detail?.isEmpty == false)
    }

    @Test func otherRequestsAndClientsAreNotTold() async throws {
        try await serve { client async throws in
            #expect(try await client.send(.get, "/boot/ipxe/52-54-00-00-00-01").status == .ok)
        }
        try await serve(mac: nil) { client async throws in
            #expect(try await client.send(.get, "/boot/files/x64/loader").status == .ok)
        }
        #expect(observer.events.isEmpty)
    }
}

/// Keeps what it is told.
final class CollectingObserver: BootObserving {
    private let kept = Mutex<[BootEvent]>([])

    var events: [BootEvent] { kept.withLock { $0 } }

    func record(_ event: BootEvent) { kept.withLock { $0.append(event) } }
}
