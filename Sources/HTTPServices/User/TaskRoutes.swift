import AccessPolicy
import HTTPTypes
import Hummingbird
import ImageStore
import Store
import UserAPI

/// `/api/v1/tasks`.
struct TaskRoutes: Sendable {
    let tasks: TaskService

    func add(to routes: OperationRoutes) {
        routes.on(.listTasks) { request, _, account in
            try await jsonResponse(
                tasks.list(
                    for: account, after: request.uri.queryParameters.get("after"), limit: request.pageLimit))
        }
        routes.on(.showTask) { _, context, account in
            try await jsonResponse(tasks.detail(context.requiredParameter("task"), for: account))
        }
        routes.on(.createCheck) { request, _, account in
            let depth = Self.depth(request)
            let task = TaskRecord(
                id: makeID(prefix: "task"), kind: .check, accountID: account.id, imageName: "",
                subject: Self.subject(depth), order: depth.rawValue, createdAt: tasks.now)
            return try await jsonResponse(tasks.submit(task) { _ in }, status: .accepted)
        }
        routes.on(.cancelTask) { _, context, account in
            try await tasks.cancel(context.requiredParameter("task"), by: account)
            return Response(status: .noContent)
        }
    }

    private static func subject(_ depth: StoreCheck.Depth) -> String {
        switch depth {
        case .presence: "presence of every chunk"
        case .contents: "contents of every chunk"
        case .repair: "contents of every chunk, with repair"
        }
    }

    /// A repair has to read the chunks, also where the check was to be quick.
    private static func depth(_ request: Request) -> StoreCheck.Depth {
        let query = request.uri.queryParameters
        if query.get("repair") == "true" { return .repair }
        return query.get("quick") == "true" ? .presence : .contents
    }
}
