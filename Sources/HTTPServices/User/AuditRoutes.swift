import AccessPolicy
import HTTPTypes
import Hummingbird
import Provisioning
import Store
import UserAPI

/// `/api/v1/audit`.
struct AuditRoutes: Sendable {
    let audit: AuditLog

    func add(to routes: OperationRoutes) {
        routes.on(.listAudit) { request, _, _ in
            let query = request.uri.queryParameters
            let filter = AuditFilter(
                accountID: try await accountID(query.get("account")), operation: query.get("operation"),
                from: query.get("from").flatMap { Timestamp($0)?.seconds },
                to: query.get("to").flatMap { Timestamp($0)?.seconds },
                after: query.get("after").flatMap { Int64($0) } ?? 0)
            return try await jsonResponse(audit.lines(filter, limit: request.pageLimit))
        }
        routes.on(.verifyAudit) { _, _, _ in try await jsonResponse(audit.verify()) }
    }

    /// The id of an account that is named; of one that has gone, the log knows only its id.
    private func accountID(_ text: String?) async throws -> String? {
        guard let text else { return nil }
        return try await audit.provisioner.store.read { try $0.account(matching: text)?.id ?? text }
    }
}
