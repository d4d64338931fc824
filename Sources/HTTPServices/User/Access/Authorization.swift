import AccessPolicy
import HTTPTypes
import Hummingbird
import UserAPI

/// The one place where requests of the user API are let in. This half tells whose token a request carries, before any
/// route looks at it; `OperationRoutes` tells whether that account's role may ask for the operation. What it sees of hosts
/// and images is decided where these are read, by `ImageAccess` and `HostAccess`.
struct Authorization: RouterMiddleware {
    let accounts: AccountDesk

    func handle(
        _ request: Request, context: IngotContext, next: (Request, IngotContext) async throws -> Response
    ) async throws -> Response {
        guard let token = request.bearerToken else { throw Self.refusal("a bearer token is needed") }
        guard let (account, ticket) = try await accounts.account(token: token) else {
            throw Self.refusal("the bearer token is not valid: it is unknown, revoked or expired")
        }
        guard account.isEnabled else { throw Self.refusal("account \(account.name) is disabled") }
        var context = context
        context.account = account
        context.ticket = ticket
        return try await next(request, context)
    }

    fileprivate static func refusal(_ message: String) -> HTTPError {
        HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Bearer"], message: message)
    }
}

/// The routes of the user API: one for each operation, open to the operation's roles only. Changes are written down before
/// they are carried out, and those that were asked for twice are carried out once.
struct OperationRoutes {
    let router: Router<IngotContext>
    let changes: ChangeRequests

    /// Answers an operation; `handler` gets the account that asks.
    func on(
        _ operation: APIOperation,
        _ handler: @escaping @Sendable (Request, IngotContext, Account) async throws -> Response
    ) {
        router.on(Self.path(operation), method: HTTPRequest.Method(operation.method)) { [changes] request, context in
            guard let account = context.account else { throw Authorization.refusal("a bearer token is needed") }
            guard operation.roles.contains(account.role) else {
                throw ProvisioningError(.forbidden, Self.refusal(of: operation, to: account))
            }
            guard context.ticket == nil || operation.takesTickets else {
                throw ProvisioningError(.forbidden, "this token opens one manifest and its chunks only")
            }
            try operation.check(request.uri.queryParameters)
            guard operation.takesIfMatch || !operation.isChange || request.headers[.ifMatch] == nil else {
                throw HTTPError(.badRequest, message: "\(operation.id) takes no If-Match")
            }
            guard operation.isChange else { return try await handler(request, context, account) }
            return try await changes.carryOut(operation, request, context, account, handler)
        }
    }

    /// `{name}` is written `:name` here.
    private static func path(_ operation: APIOperation) -> RouterPath {
        RouterPath(operation.path.replacing("{", with: ":").replacing("}", with: ""))
    }

    private static func refusal(of operation: APIOperation, to account: Account) -> String {
        let roles = AccountRole.allCases.filter { operation.roles.contains($0) }.map(\.rawValue)
        return "account \(account.name) is a \(account.role.rawValue); \(operation.id) is for: "
            + roles.joined(separator: ", ")
    }
}

extension HTTPRequest.Method {
    fileprivate init(_ method: APIOperation.Method) {
        self =
            switch method {
            case .get: .get
            case .post: .post
            case .put: .put
            case .patch: .patch
            case .delete: .delete
            }
    }
}
