import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/credentials` and `/api/v1/exports`.
struct CredentialRoutes: Sendable {
    let credentials: CredentialDesk
    let exports: ExportDesk

    func add(to routes: OperationRoutes) {
        routes.on(.listCredentials) { request, _, account in
            try await jsonResponse(request.page(credentials.list(for: account), by: \.id, orderedBy: \.name))
        }
        routes.on(.createCredential) { request, context, account in
            let wanted = try await request.json(CredentialRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(credentials.add(wanted, by: account), status: .created)
        }
        routes.on(.removeCredential) { _, context, account in
            try await credentials.remove(context.requiredParameter("credential"), by: account)
            return Response(status: .noContent)
        }
        routes.on(.createExport) { request, context, account in
            let order = try await request.json(ExportRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(exports.order(order, by: account), status: .accepted)
        }
    }
}
