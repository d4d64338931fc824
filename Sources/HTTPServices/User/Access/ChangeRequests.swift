import AccessPolicy
import Hummingbird
import UserAPI

/// What happens around every request that may change something: it is written down before it is carried out, and one that
/// was sent twice is carried out once.
struct ChangeRequests: Sendable {
    let audit: AuditLog
    let repeatable: RepeatableRequests

    init(provisioner: Provisioner) {
        audit = AuditLog(provisioner: provisioner)
        repeatable = RepeatableRequests(provisioner: provisioner)
    }

    func carryOut(
        _ operation: APIOperation, _ request: Request, _ context: IngotContext, _ account: Account,
        _ handler: (Request, IngotContext, Account) async throws -> Response
    ) async throws -> Response {
        var request = request
        let body = operation.takesFile ? nil : try await request.collectBody(upTo: context.maxUploadSize)
        let asked = request
        let entry = try await audit.begin(
            operation, by: account, target: request.uri.description, address: context.remoteAddress?.ipAddress ?? "",
            body: body)
        do {
            let response = try await repeatable.answer(asked, operation, by: account, body: body) {
                try await handler(asked, context, account)
            }
            try await audit.end(entry, status: response.status.code)
            return response
        } catch {
            try await audit.end(entry, status: Problems<IngotContext>.status(of: error).code)
            throw error
        }
    }
}
