import AgentProtocol
import HTTPTypes
import Hummingbird
import Store

/// The agent protocol: what stages and freshly installed systems say.
struct AgentRoutes: Sendable {
    let provisioner: Provisioner
    /// Is told of every greeting that was taken.
    let greeted: @Sendable (Greeting) -> Void

    func add(to router: Router<IngotContext>) {
        router.post(RouterPath(AgentRoute.greet)) { request, context in
            guard let token = request.bearerToken else {
                throw ProvisioningError(.unauthorized, "a greeting needs the boot token")
            }
            let greeting = try await request.json(Greeting.self, limit: context.maxUploadSize)
            let welcome = try await provisioner.greet(greeting, bootToken: token, serverURL: context.baseURL)
            greeted(greeting)
            return try jsonResponse(welcome)
        }
        router.get(RouterPath(AgentRoute.assignment)) { request, context in
            let session = try await provisioner.session(of: request)
            return try await jsonResponse(provisioner.assignment(session, serverURL: context.baseURL))
        }
        router.post(RouterPath(AgentRoute.events)) { request, context in
            let session = try await provisioner.session(of: request)
            let batch = try await request.json(EventBatch.self, limit: context.maxUploadSize)
            try await provisioner.record(batch, session: session)
            return Response(status: .noContent)
        }
        router.post(RouterPath(AgentRoute.result)) { request, context in
            let session = try await provisioner.session(of: request)
            let result = try await request.json(DeploymentResult.self, limit: context.maxUploadSize)
            try await provisioner.record(result, session: session)
            return Response(status: .noContent)
        }
        router.post(RouterPath(AgentRoute.callHome)) { request, context in
            try await provisioner.record(request.json(CallHome.self, limit: context.maxUploadSize))
            return Response(status: .noContent)
        }
    }
}

extension Provisioner {
    /// The session behind a request's bearer token.
    func session(of request: Request) async throws -> SessionRecord {
        guard let token = request.bearerToken else {
            throw ProvisioningError(.unauthorized, "a session token is needed")
        }
        return try await session(token: token)
    }
}
