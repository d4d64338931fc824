import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/images`.
struct ImageCatalogRoutes: Sendable {
    let catalog: ImageCatalog

    func add(to router: Router<IngotContext>) {
        router.get(RouterPath(APIRoute.images)) { _, _ in try await jsonResponse(Page(items: catalog.list())) }
        router.get("\(APIRoute.images)/:image") { _, context in
            try await jsonResponse(catalog.detail(context.requiredParameter("image")))
        }
        router.delete("\(APIRoute.images)/:image") { _, context in
            try await catalog.remove(context.requiredParameter("image"), revision: nil)
            return Response(status: .noContent)
        }
        router.delete("\(APIRoute.images)/:image/revisions/:number") { _, context in
            guard let number = try Int(context.requiredParameter("number")) else {
                throw HTTPError(.badRequest, message: "a revision is a number")
            }
            try await catalog.remove(context.requiredParameter("image"), revision: number)
            return Response(status: .noContent)
        }
    }
}
