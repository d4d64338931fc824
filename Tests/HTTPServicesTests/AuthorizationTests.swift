import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import UserAPI

/// Every route with every role.
struct AuthorizationTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    /// A path of an operation that names nothing there is.
    private static func path(_ operation: APIOperation) -> String {
        operation.path.replacing("{address}", with: "10.0.0.1").replacing("{number}", with: "1")
            .split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("{") ? "nothing" : String($0) }.joined(separator: "/")
    }

    @Test func everyRouteIsAnOperationAndEveryOperationARoute() throws {
        let routes = images.router().routes.map { "\($0.method) \($0.path)" }.sorted()
        let operations = APIOperation.all.map { operation in
            let path = operation.path.split(separator: "/").map { part in
                part.hasPrefix("{") ? "{" + part.dropFirst().dropLast() + "}" : String(part)
            }
            return "\(operation.method.rawValue) /\(path.joined(separator: "/"))"
        }.sorted()
        #expect(routes.map { Self.braced($0) } == operations)
        #expect(Set(APIOperation.all.map(\.id)).count == APIOperation.all.count)
    }

    /// `/a/:b` as `/a/{b}`.
    private static func braced(_ route: String) -> String {
        route.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    @Test(arguments: APIOperation.all)
    func isOpenToItsRolesOnly(operation: APIOperation) async throws {
        var tokens: [(role: AccountRole, token: String)] = []
        for role in AccountRole.allCases {
            tokens.append((role, try await server.account("some-\(role.rawValue)", role).token))
        }
        try await images.serve { [tokens] api async throws in
            for (role, token) in tokens {
                let status = try await api.as(token).status(Self.method(operation), Self.path(operation))
                if operation.roles.contains(role) {
                    #expect(
                        status != .unauthorized && status != .forbidden && status.code < 500,
                        "\(role): \(status)")
                } else {
                    #expect(status == .forbidden, "\(role)")
                }
            }
        }
    }

    private static func method(_ operation: APIOperation) -> HTTPRequest.Method {
        HTTPRequest.Method(operation.method.rawValue) ?? .get
    }

    @Test(arguments: APIOperation.all)
    func wantsATokenThatIsValid(operation: APIOperation) async throws {
        let disabled = try await server.account("disabled", .administrator)
        let removed = try await server.account("removed", .administrator)
        let expired = try await server.account("expired", .administrator)
        try await images.serve { api async throws in
            let brief: IssuedAPIToken = try await api.post(
                APIRoute.tokens, APITokenRequest(name: "brief", account: "expired", days: 1))
            let revoked: IssuedAPIToken = try await api.post(APIRoute.tokens, APITokenRequest(name: "revoked"))
            #expect(try await api.status(.delete, APIRoute.token(revoked.token.id)) == .noContent)
            let _: AccountSummary = try await api.patch(
                APIRoute.account(disabled.id), AccountChange(isEnabled: false))
            #expect(try await api.status(.delete, APIRoute.account(removed.id)) == .noContent)
            server.now.advance(by: 86400)
            for token in ["", "wrong", disabled.token, removed.token, brief.secret, revoked.secret] {
                let status = try await api.as(token).status(Self.method(operation), Self.path(operation))
                #expect(status == .unauthorized, "\(token)")
            }
            // The account's other token has no end.
            #expect(try await api.as(expired.token).status(.get, APIRoute.ownAccount) == .ok)
        }
    }

    @Test func aRefusalNamesTheRoles() async throws {
        let viewer = try await server.account("watcher", .viewer)
        try await images.serve { api async throws in
            let refusal = try await api.as(viewer.token).refusal(
                .post, APIRoute.deployments, DeploymentRequest(host: "a", image: "b"))
            #expect(refusal.status == .forbidden)
            #expect(refusal.text.contains("watcher is a viewer"))
            #expect(refusal.text.contains("administrator, operator, member"))
        }
    }
}
