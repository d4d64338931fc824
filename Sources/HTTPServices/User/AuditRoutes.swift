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
                from: try Self.moment("from", query.get("from")), to: try Self.moment("to", query.get("to")),
                after: try Self.number("after", query.get("after")) ?? 0)
            let limit = try Self.number("limit", query.get("limit"))
            return try await jsonResponse(audit.lines(filter, limit: limit.map { Int(clamping: $0) }))
        }
        routes.on(.verifyAudit) { _, _, _ in try await jsonResponse(audit.verify()) }
    }

    /// The id of an account that is named; of one that has gone, the log knows only its id.
    private func accountID(_ text: String?) async throws -> String? {
        guard let text else { return nil }
        return try await audit.provisioner.store.read { try $0.account(matching: text)?.id ?? text }
    }

    private static func moment(_ name: String, _ text: String?) throws -> Int64? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) else {
            throw HTTPError(.badRequest, message: "\(name) is a time like 2026-03-01T12:00:00Z")
        }
        return moment.seconds
    }

    private static func number(_ name: String, _ text: String?) throws -> Int64? {
        guard let text else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw HTTPError(.badRequest, message: "\(name) is a number")
        }
        return number
    }
}
