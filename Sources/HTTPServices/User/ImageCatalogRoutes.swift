import AccessPolicy
import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/images`.
struct ImageCatalogRoutes: Sendable {
    let catalog: ImageCatalog

    func add(to routes: OperationRoutes) {
        routes.on(.listImages) { request, _, account in
            let query = request.uri.queryParameters
            let filter = ImageFilter(
                name: query.get("name"), owner: query.get("owner"), visibility: query.get("visibility"),
                tag: query.get("tag"))
            return try await jsonResponse(
                request.page(
                    catalog.list(filter, for: account), by: \.id, orderedBy: \.name))
        }
        routes.on(.showImage) { request, context, account in
            try await request.taggedResponse(catalog.detail(context.requiredParameter("image"), for: account))
        }
        routes.on(.changeImage) { request, context, account in
            let change = try await request.json(ImageChange.self, limit: context.maxUploadSize)
            return try await request.taggedResponse(
                catalog.change(
                    context.requiredParameter("image"), change, for: account, expected: IfMatch(request)))
        }
        routes.on(.removeImage) { request, context, account in
            try await jsonResponse(
                catalog.remove(
                    context.requiredParameter("image"), revision: nil, for: account, expected: IfMatch(request)))
        }
        routes.on(.changeRevision) { request, context, account in
            let change = try await request.json(RevisionChange.self, limit: context.maxUploadSize)
            return try await jsonResponse(
                catalog.change(
                    context.requiredParameter("image"), revision: context.requiredRevision(), change, for: account,
                    expected: IfMatch(request)))
        }
        routes.on(.removeRevision) { request, context, account in
            try await jsonResponse(
                catalog.remove(
                    context.requiredParameter("image"), revision: context.requiredRevision(), for: account,
                    expected: IfMatch(request)))
        }
        routes.on(.showPreflight) { request, context, account in
            try await jsonResponse(
                catalog.preflight(
                    context.requiredParameter("image"), revision: context.requiredRevision(),
                    host: request.uri.queryParameters.get("host"), for: account))
        }
        routes.on(.listImageHosts) { request, context, account in
            let hosts = try await catalog.hosts(of: context.requiredParameter("image"), for: account)
            return try jsonResponse(request.page(hosts, by: \.hostID, orderedBy: \.hostName))
        }
    }
}

extension IngotContext {
    /// The parameter `number` of the path.
    fileprivate func requiredRevision() throws -> Int {
        guard let number = try Int(requiredParameter("number")) else {
            throw HTTPError(.badRequest, message: "a revision is a number")
        }
        return number
    }
}
