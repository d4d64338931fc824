import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
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

    private func listener() -> Router<IngotContext> {
        UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: NoFacts(), imports: images.service
        ).router()
    }
}

struct AnySettings: SettingsEncoding {
    func settings(for request: DeploymentRequest) throws -> String { "{}" }
}

struct NoFacts: ServerFacts {
    var interfaces: [InterfaceStatus] { [] }

    func leases() async throws -> [LeaseSummary] { [] }

    func chunkStoreFreeBytes() -> UInt64? { nil }

    func warnings() async -> [String] { [] }
}
