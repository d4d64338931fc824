import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Testing
import UserAPI

struct UserListenerTests {
    let server: Installation

    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test func everyRouteWantsAToken() async throws {
        let router = listener()
        let routes = router.routes.map { (path: $0.path.description.replacing(":", with: ""), method: $0.method) }
        #expect(routes.count > 10)
        let application = Application(router: router)
        try await application.test(.router) { client in
            for route in routes {
                for headers in [HTTPFields(), [.authorization: "Bearer wrong"], [.authorization: "Basic abc"]] {
                    let answer = try await client.execute(
                        uri: route.path, method: route.method, headers: headers)
                    #expect(answer.status == .unauthorized, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func aValidTokenOpensTheAPI() async throws {
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: listener()).test(.router) { client in
            let answer = try await client.execute(
                uri: APIRoute.hosts, method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(answer.status == .ok)
        }
    }

    @Test func anErrorIsAProblemDocument() async throws {
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: listener()).test(.router) { client in
            let answer = try await client.execute(
                uri: APIRoute.host("nobody"), method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(answer.status == .notFound)
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(String(buffer: answer.body).contains("there is no host 'nobody'"))
        }
    }

    @Test func aMisspeltKeyIsRefused() async throws {
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: listener()).test(.router) { client in
            let answer = try await client.execute(
                uri: APIRoute.deployments, method: .post, headers: [.authorization: "Bearer \(token)"],
                body: ByteBuffer(string: #"{"host": "a", "image": "b", "dsik": "serial=X"}"#))
            #expect(answer.status == .badRequest)
            #expect(String(buffer: answer.body).contains("dsik"))
        }
    }

    @Test(arguments: BootInstallation.setups)
    func headHasNoBody(setup: TestingSetup) async throws {
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: listener(), logger: Installation.log).test(setup) { client async throws in
            for path in [APIRoute.hosts, APIRoute.events("d-1"), "/none"] {
                let refused = try await client.send(.head, path)
                #expect(refused.status == .unauthorized && refused.bytes.isEmpty)
                let unknown = try await client.send(.head, path, token: token)
                #expect(unknown.status == .notFound && unknown.bytes.isEmpty)
                let length = try #require(unknown.headers[.contentLength].flatMap { Int($0) })
                #expect(length > 0)
            }
            #expect(try await client.send(.get, APIRoute.hosts, token: token).status == .ok)
        }
    }

    @Test func aHostShowsTheAddressOfItsNewestRunningLease() async throws {
        _ = try await server.greet()
        _ = try await server.greet(Installation.greeting(mac: Installation.otherMAC))
        let leases = [
            try lease(10, Installation.mac, "leased", 200), try lease(11, Installation.mac, "leased", 300),
            try lease(12, Installation.mac, "expired", 400), try lease(13, nil, "declined", 500),
            try lease(14, Installation.otherMAC, "reserved", nil),
        ]
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        let router = listener(facts: HeldLeases(held: leases))
        try await Application(router: router).test(.router) { client async throws in
            let list = try await client.send(.get, APIRoute.hosts, token: token)
            let hosts = try JSONDecoder().decode(Page<HostSummary>.self, from: Data(list.bytes)).items
            let own = try #require(hosts.first { $0.macs == [Installation.mac] })
            let other = try #require(hosts.first { $0.macs == [Installation.otherMAC] })
            #expect(own.address == IPv4Address(10, 4, 0, 11) && other.address == nil)
            let path = APIRoute.host(Installation.mac.description)
            let answer = try await client.send(.get, path, token: token)
            let detail = try JSONDecoder().decode(HostDetail.self, from: Data(answer.bytes))
            #expect(detail.host.address == IPv4Address(10, 4, 0, 11))
        }
    }

    private func lease(_ last: UInt8, _ mac: MACAddress?, _ state: String, _ expires: Int64?) throws -> LeaseSummary {
        let subnet = try #require(IPv4Subnet("10.4.0.0/24"))
        return LeaseSummary(
            address: IPv4Address(10, 4, 0, last), mac: mac, subnet: subnet, state: state, hostName: nil, hostID: nil,
            expires: expires.map { Timestamp($0) })
    }

    private func listener(facts: any ServerFacts = NoFacts()) -> Router<IngotContext> {
        UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: facts, images: images.services,
            usage: .fixed(server.provisioner),
            controls: .idle(server.provisioner),
            recorder: TimelineRecorder(store: server.store, log: Installation.log), captures: FixedCaptures()
        ).router()
    }
}

struct AnySettings: SettingsEncoding {
    func settings(for request: DeploymentRequest) throws -> String { "{}" }
}

struct NoFacts: ServerFacts {
    var interfaces: [InterfaceStatus] { [] }

    var otherDHCPServers: [OtherDHCPServer] { [] }

    func leases() async throws -> [LeaseSummary] { [] }

    func chunkStoreFreeBytes() -> UInt64? { nil }

    func warnings() async -> [String] { [] }
}

/// Facts of a server that gave these leases.
struct HeldLeases: ServerFacts {
    let held: [LeaseSummary]

    var interfaces: [InterfaceStatus] { [] }

    var otherDHCPServers: [OtherDHCPServer] { [] }

    func leases() async throws -> [LeaseSummary] { held }

    func chunkStoreFreeBytes() -> UInt64? { nil }

    func warnings() async -> [String] { [] }
}
