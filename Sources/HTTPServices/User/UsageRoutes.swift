import HTTPTypes
import Hummingbird
import NIOCore
import UserAPI

/// `/api/v1/usage`.
struct UsageRoutes: Sendable {
    let usage: UsageDesk

    func add(to routes: OperationRoutes) {
        routes.on(.showUsage) { request, _, account in
            let query = request.uri.queryParameters
            let report = try await usage.report(
                from: query.get("from"), to: query.get("to"), of: query.get("account"), askedBy: account)
            guard query.get("format") == "csv" else { return try jsonResponse(report) }
            return Response(
                status: .ok, headers: [.contentType: "text/csv; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: report.csv)))
        }
    }
}
