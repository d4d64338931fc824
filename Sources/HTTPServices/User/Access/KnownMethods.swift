import HTTPTypes
import Hummingbird
import UserAPI

/// Answers 405 where there are operations of the path, but none of the method (RFC 9110 section 15.5.6).
struct KnownMethods: RouterMiddleware {
    func handle(
        _ request: Request, context: IngotContext, next: (Request, IngotContext) async throws -> Response
    ) async throws -> Response {
        let methods = Self.methods(of: request.uri.path)
        guard methods.isEmpty || methods.contains(request.method.rawValue) else {
            let allowed = methods.joined(separator: ", ")
            throw HTTPError(
                .methodNotAllowed, headers: [.allow: allowed],
                message: "\(request.method) is not for \(request.uri.path), only \(allowed)")
        }
        return try await next(request, context)
    }

    /// In the order of the list; none where nothing has this path.
    private static func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        let exact = patterns.filter { $0.parts == parts }
        // What is named literally is no parameter of another path.
        let methods = (exact.isEmpty ? patterns.filter { matches($0.parts, parts) } : exact).map(\.method)
        // GET brings HEAD.
        return methods.contains("GET") ? methods + ["HEAD"] : methods
    }

    private static let patterns = APIOperation.all.map { operation in
        (parts: operation.path.split(separator: "/"), method: operation.method.rawValue)
    }

    private static func matches(_ pattern: [Substring], _ parts: [Substring]) -> Bool {
        pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
