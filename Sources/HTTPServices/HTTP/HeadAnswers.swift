import HTTPTypes
import Hummingbird

/// Answers HEAD as GET is answered, without the body (RFC 9110 section 9.3.2): status and headers stay, the length of the
/// body among them. Stands outside of every other middleware, so that errors lose their bodies, too.
struct HeadAnswers<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
