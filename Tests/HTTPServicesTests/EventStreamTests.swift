import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Provisioning
import ServiceLifecycle
import Store
import Testing
import UserAPI

/// The events of a deployment, as `ingot deployment watch` follows them.
@Suite(.timeLimit(.minutes(1)))
struct EventStreamTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test func theStreamEndsWithTheDeployment() async throws {
        let deployment = try await server.orderedHost()
        _ = try await server.cancel(deployment.id)
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        try await Application(router: listener(), logger: Installation.log).test(.live) { client async throws in
            let answer = try await client.send(.get, APIRoute.events(deployment.id), token: token)
            #expect(answer.status == .ok && answer.headers[.contentType] == "text/event-stream")
            let text = String(buffer: answer.body)
            #expect(text.contains("event: log\ndata: ") && text.contains("cancelled: by administrator"))
            #expect(text.contains("event: deployment\ndata: "))
        }
    }

    /// A server on SIGTERM waits for its running requests: the stream has to end although its deployment goes on.
    @Test func aFollowedDeploymentDoesNotKeepTheServerFromEnding() async throws {
        let deployment = try await server.orderedHost()
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        // It is told to end while the answer goes on.
        let answer = try await follow(deployment.id, token: token) { await $0.triggerGracefulShutdown() }
        #expect(answer.status == .ok)
        #expect(answer.body.map { String(buffer: $0) }?.contains("event: deployment") == true)
        #expect(try await server.deployment(deployment.id)?.state == .waiting)
    }

    @Test(arguments: ["disabled", "revoked"])
    func theStreamEndsWithTheLeaveToFollow(how: String) async throws {
        let deployment = try await server.orderedHost()
        let (id, token) = try await server.account("helper", .operator)
        let answer = try await follow(deployment.id, token: token) { _ in
            if how == "disabled" {
                try await server.disable(id)
            } else {
                try await server.store.write { tx in
                    for token in try tx.apiTokens(accountID: id) { try tx.removeAPIToken(id: token.id) }
                }
            }
            server.now.advance(by: 20)
        }
        #expect(answer.status == .ok)
        #expect(try await server.deployment(deployment.id)?.state == .waiting)
    }

    /// The whole answer to who follows a deployment; the server ends behind it.
    /// - Parameter change: runs when the answer's body has begun.
    private func follow(
        _ id: String, token: String, _ change: @escaping @Sendable (ServiceGroup) async throws -> Void
    ) async throws -> TestClient.Response {
        let begun = AsyncStream.makeStream(of: Void.self)
        let ports = AsyncStream.makeStream(of: Int.self)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [application(begun: begun.continuation, ports: ports.continuation)],
                logger: Installation.log))
        async let serving: Void = group.run()
        let found = await ports.stream.first { _ in true }
        let port = try #require(found)
        let request = TestClient.Request(
            APIRoute.events(id), method: .get, authority: "localhost", headers: [.authorization: "Bearer \(token)"])
        let answer = try await TestClient.withClient(
            host: "127.0.0.1", port: port
        ) { client async throws -> TestClient.Response in
            async let answer = client.execute(request)
            _ = await begun.stream.first { _ in true }
            try await change(group)
            return try await answer
        }
        await group.triggerGracefulShutdown()
        try await serving
        return answer
    }

    /// The user listener at any free port; says when it listens and when the body of an answer has begun.
    private func application(
        begun: AsyncStream<Void>.Continuation, ports: AsyncStream<Int>.Continuation
    ) -> Application<CallbackResponder<IngotContext>> {
        let routes = listener().buildResponder()
        return Application(
            responder: CallbackResponder<IngotContext> { request, context in
                let response = try await routes.respond(to: request, context: context)
                let body = response.body.map { piece in
                    begun.yield()
                    return piece
                }
                return Response(status: response.status, headers: response.headers, body: body)
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in ports.yield(channel.localAddress?.port ?? 0) },
            logger: Installation.log)
    }

    private func listener() -> Router<IngotContext> {
        UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: NoFacts(), images: images.services,
            usage: .fixed(server.provisioner),
            controls: .idle(server.provisioner),
            recorder: TimelineRecorder(store: server.store, log: Installation.log), captures: FixedCaptures()
        ).router()
    }
}
