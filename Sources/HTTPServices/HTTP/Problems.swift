import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import ObjectStorage
import UserAPI

/// Turns every error into `application/problem+json` (RFC 9457); what is unexpected is logged and told without detail.
struct Problems<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection itself is malformed from here on: the server answers with 400 and closes it.
            throw error
        } catch let error as ProvisioningError {
            return try Self.response(error.status, detail: error.description)
        } catch let error as HTTPError {
            return try Self.response(
                error.status, detail: error.body ?? error.status.reasonPhrase, headers: error.headers)
        } catch let error as DecodingError {
            return try Self.response(.badRequest, detail: "the body does not fit: \(error.summary)")
        } catch let error as any HTTPResponseError {
            return try Self.response(error.status, detail: error.status.reasonPhrase)
        } catch {
            context.logger.error("\(request.method) \(request.uri.path) failed: \(error)")
            let detail =
                error is S3Error
                ? "the object storage of the images does not do its part; the server's log has the cause"
                : "an internal error; the server's log has its cause"
            return try Self.response(Self.status(of: error), detail: detail)
        }
    }

    /// The status that an error ends a request with.
    static func status(of error: any Error) -> HTTPResponse.Status {
        switch error {
        case let error as ProvisioningError: error.status
        case let error as any HTTPResponseError: error.status
        case is DecodingError: .badRequest
        case is S3Error: .serviceUnavailable
        default: .internalServerError
        }
    }

    static func response(
        _ status: HTTPResponse.Status, detail: String, headers: HTTPFields = [:]
    ) throws -> Response {
        var response = try jsonResponse(
            ProblemDetails(title: status.reasonPhrase, status: status.code, detail: detail), status: status)
        response.headers.append(contentsOf: headers)
        response.headers[.contentType] = "application/problem+json"
        return response
    }
}

extension ProvisioningError {
    var status: HTTPResponse.Status {
        switch kind {
        case .notFound: .notFound
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .invalid: .unprocessableContent
        }
    }
}

extension DecodingError {
    /// The path and the reason, without Swift's type names.
    var summary: String {
        switch self {
        case .keyNotFound(let key, let context):
            "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        @unknown default: "malformed"
        }
    }
}
