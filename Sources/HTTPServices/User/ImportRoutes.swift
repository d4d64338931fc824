import AccessPolicy
import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/imports` and `/api/v1/uploads`.
struct ImportRoutes: Sendable {
    let imports: ImportDesk
    let uploads: UploadDesk

    func add(to routes: OperationRoutes) {
        routes.on(.createImport) { request, context, account in
            let order = try await request.json(ImageImportRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(imports.order(order, by: account), status: .accepted)
        }
        routes.on(.listUploads) { request, _, account in
            try await jsonResponse(
                request.page(
                    uploads.list(for: account), by: \.id, orderedBy: \.created.description))
        }
        routes.on(.createUpload) { request, context, account in
            let wanted = try await request.json(UploadRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(uploads.begin(wanted, by: account), status: .created)
        }
        routes.on(.showUpload) { _, context, account in
            try await jsonResponse(uploads.detail(context.requiredParameter("upload"), for: account))
        }
        routes.on(.appendToUpload) { request, context, account in
            let offset = request.uri.queryParameters.get("offset").flatMap { UInt64($0) } ?? 0
            return try await jsonResponse(
                uploads.append(
                    request.body, to: context.requiredParameter("upload"), offset: offset, by: account))
        }
        routes.on(.removeUpload) { _, context, account in
            try await uploads.remove(context.requiredParameter("upload"), by: account)
            return Response(status: .noContent)
        }
    }
}
