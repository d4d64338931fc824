import AccessPolicy
import HTTPTypes
import Hummingbird
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
            let isQuick = request.uri.queryParameters.get("quick") == "true"
            let task = TaskRecord(
                id: makeID(prefix: "task"), kind: .check, accountID: account.id, imageName: "",
                subject: isQuick ? "presence of every chunk" : "contents of every chunk",
                order: isQuick ? CheckPerformer.quick : CheckPerformer.full, createdAt: tasks.now)
            return try await jsonResponse(tasks.submit(task) { _ in }, status: .accepted)
        }
        routes.on(.cancelTask) { _, context, account in
            try await tasks.cancel(context.requiredParameter("task"), by: account)
            return Response(status: .noContent)
        }
    }
}
