import BootTimeline
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Provisioning
import Testing
import UserAPI

struct TimelineRouteTests {
    /// When the test server's clock stands still, in milliseconds since 1970.
    private static let now: Int64 = 1_700_000_000_000

    private let server: Installation
    private let images: ImageInstallation
    private let recorder: TimelineRecorder

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
        recorder = TimelineRecorder(store: server.store, log: Installation.log)
    }

    /// The routes as an administrator sees them.
    private struct Client: Sendable {
        let client: any TestClientProtocol
        let token: String

        func send(_ method: HTTPRequest.Method, _ path: String) async throws -> TestResponse {
            try await client.send(method, path, token: token)
        }
    }

    private func serve(
        captures: FixedCaptures = FixedCaptures(), _ body: @Sendable (Client) async throws -> Void
    ) async throws {
        let router = UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: NoFacts(), images: images.services,
            usage: .fixed(server.provisioner), controls: .idle(server.provisioner), recorder: recorder,
            captures: captures
        ).router()
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: router, logger: Installation.log).test(.router) { client async throws in
            try await body(Client(client: client, token: token))
        }
    }

    private func note(_ occurrence: BootOccurrence, at: Int64 = Self.now, mac: MACAddress = Installation.mac) {
        recorder.record(BootEvent(at: at, mac: mac, occurrence: occurrence))
    }

    private static func decode<T: Decodable>(_ type: T.Type, _ response: TestResponse) throws -> T {
        try JSONDecoder().decode(type, from: Data(response.bytes))
    }

    @Test func theTimelineOfAnAddressThatIsNoHostIsShown() async throws {
        note(.received(DHCPRecord(type: "DISCOVER", interface: "eth1")), at: 1_699_999_999_250)
        note(.script(ScriptRecord(loader: .ipxe, plan: .localDisk)))
        let mac = Installation.mac
        try await serve { client async throws in
            let all = try await client.send(.get, APIRoute.timeline(mac.hyphenated, limit: 500))
            let entries = try Self.decode(Page<TimelineEntry>.self, all).items
            #expect(entries.map(\.kind) == ["dhcp-received", "script"])
            let first = TimelineEntry(
                at: Timestamp(1_699_999_999), millisecond: 250, mac: mac, kind: "dhcp-received",
                text: "asks: DISCOVER on eth1")
            #expect(entries.first == first)
            let newest = try await client.send(.get, APIRoute.timeline(mac.description, limit: 1))
            #expect(try Self.decode(Page<TimelineEntry>.self, newest).items.map(\.kind) == ["script"])
        }
    }

    @Test func aHostIsDiagnosedByItsNameWithItsOrder() async throws {
        _ = try await server.orderedHost()
        note(.received(DHCPRecord(type: "REQUEST", interface: "eth1")))
        note(.greeting(firmware: .uefi, secureBoot: nil))
        try await serve { client async throws in
            let answer = try await client.send(.get, APIRoute.diagnosis("db1"))
            let diagnosis = try Self.decode(HostDiagnosis.self, answer)
            #expect(diagnosis.code == "ok" && !diagnosis.isTrouble)
            #expect(diagnosis.sentence.contains("takes its order"))
        }
    }

    @Test func ofAnotherAccountsDeploymentIsToldThatItWasThere() async throws {
        let alice = try await server.account("alice", .member)
        _ = try await server.addImage()
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.assign(host: "db1", to: "alice")
        let id = try await server.order(host: "db1").id
        note(.phase(deployment: id, name: "write"))
        note(.deploymentEnded(deployment: id, state: "failed", message: "the reason"))
        try await serve { client async throws in
            let whole = try await client.send(.get, APIRoute.timeline("db1", limit: 500))
            let texts = try Self.decode(Page<TimelineEntry>.self, whole).items.map(\.text)
            #expect(texts == ["deployment \(id): phase write", "deployment \(id): failed: the reason"])
            let path = APIRoute.timeline("db1", limit: 500)
            let seen = try await client.client.send(.get, path, token: alice.token)
            let seenTexts = try Self.decode(Page<TimelineEntry>.self, seen).items.map(\.text)
            #expect(
                seenTexts == [
                    "deployment of another account: phase write", "deployment of another account: failed",
                ])
            let answer = try await client.client.send(.get, APIRoute.diagnosis("db1"), token: alice.token)
            let diagnosis = try Self.decode(HostDiagnosis.self, answer)
            #expect(diagnosis.code == "deployment-failed" && !diagnosis.sentence.contains("the reason"))
        }
    }

    @Test func whatWasNeverHeardIsTrouble() async throws {
        try await serve { client async throws in
            let answer = try await client.send(.get, APIRoute.diagnosis(Installation.mac.description))
            let diagnosis = try Self.decode(HostDiagnosis.self, answer)
            #expect(diagnosis.code == "never-heard" && diagnosis.isTrouble)
            #expect(diagnosis.sentence.contains("52:54:00:00:00:01"))
        }
    }

    @Test func aStalledTransferIsTheDiagnosis() async throws {
        let transfer = TransferRecord(
            service: .tftp, file: "snponly.efi", bytes: 0, milliseconds: 20_000, blockSize: 1468, ending: .stalled)
        note(.transfer(transfer))
        try await serve { client async throws in
            let answer = try await client.send(.get, APIRoute.diagnosis(Installation.mac.description))
            #expect(try Self.decode(HostDiagnosis.self, answer).code == "tftp-large-blocks-stall")
        }
    }

    @Test func aCaptureIsAFileOfTheHostsAddresses() async throws {
        let mac = Installation.mac
        try await serve(captures: FixedCaptures(files: [[mac]: [1, 2, 3]])) { client async throws in
            let answer = try await client.send(.get, APIRoute.capture(mac.description))
            #expect(answer.status == .ok && answer.bytes == [1, 2, 3])
            #expect(answer.headers[.contentType] == "application/vnd.tcpdump.pcap")
        }
    }
}

/// Captures that are what they are.
struct FixedCaptures: CaptureReading {
    var files: [[MACAddress]: [UInt8]] = [:]

    func pcapFile(of macs: [MACAddress]) -> [UInt8]? { files[macs] }
}
