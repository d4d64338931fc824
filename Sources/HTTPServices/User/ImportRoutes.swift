import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/imports`.
struct ImportRoutes: Sendable {
    let imports: ImportService

    func add(to router: Router<IngotContext>) {
        router.get(RouterPath(APIRoute.imports)) { _, _ in try jsonResponse(Page(items: imports.list())) }
        router.get("\(APIRoute.imports)/:id") { _, context in
            try jsonResponse(imports.detail(context.requiredParameter("id")))
        }
        router.delete("\(APIRoute.imports)/:id") { _, context in
            try imports.cancel(context.requiredParameter("id"))
            return Response(status: .noContent)
        }
        router.post(RouterPath(APIRoute.imports)) { request, context in
            let detail =
                if request.uri.queryParameters.get("image") != nil {
                    try await upload(request)
                } else {
                    try await imports.order(request.json(ImageImportRequest.self, limit: context.maxUploadSize))
                }
            return try jsonResponse(detail, status: .accepted)
        }
    }

    /// The body is the source itself; the query says what the JSON form would.
    private func upload(_ request: Request) async throws -> ImportDetail {
        let query = request.uri.queryParameters
        let order = ImageImportRequest(
            name: query.get("image") ?? "", format: query.get("format") ?? "", source: "",
            compression: query.get("compression"), sha256: query.get("sha256"))
        try imports.check(order)
        let length = request.headers[.contentLength].flatMap { UInt64($0) }
        let file = try await imports.uploads.receive(request.body, length: length, sha256: order.sha256)
        return try imports.order(order, upload: file)
    }
}
