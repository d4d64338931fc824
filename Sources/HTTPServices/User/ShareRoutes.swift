import Hummingbird
import UserAPI

/// `/api/v1/shares`.
struct ShareRoutes: Sendable {
    let shares: ShareDesk

    func add(to routes: OperationRoutes) {
        routes.on(.listShares) { request, _, account in
            try await jsonResponse(request.page(shares.list(for: account), by: \.id))
        }
        routes.on(.offerShare) { request, context, account in
            let offer = try await request.json(ShareRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(shares.offer(offer, by: account), status: .created)
        }
        routes.on(.showShare) { request, context, account in
            try await request.taggedResponse(shares.detail(context.requiredParameter("share"), for: account))
        }
        routes.on(.changeShare) { request, context, account in
            let change = try await request.json(ShareChange.self, limit: context.maxUploadSize)
            return try await request.taggedResponse(
                shares.change(
                    context.requiredParameter("share"), change, by: account, expected: IfMatch(request)))
        }
        routes.on(.endShare) { request, context, account in
            try await shares.end(context.requiredParameter("share"), by: account, expected: IfMatch(request))
            return Response(status: .noContent)
        }
    }
}
