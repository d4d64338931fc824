import HTTPTypes
import Hummingbird

/// Lets only requests with a valid API token through; everything else is 401 before any route looks at it.
struct Authorization: RouterMiddleware {
    let provisioner: Provisioner

    func handle(
        _ request: Request, context: IngotContext, next: (Request, IngotContext) async throws -> Response
    ) async throws -> Response {
        guard let token = request.bearerToken else { throw Self.refusal("a bearer token is needed") }
        guard try await provisioner.isAPIToken(token) else {
            throw Self.refusal("the bearer token is not valid")
        }
        return try await next(request, context)
    }

    private static func refusal(_ message: String) -> HTTPError {
        HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Bearer"], message: message)
    }
}
