import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Provisioning
import ServiceLifecycle
import Store
package import UserAPI

/// Checks and encodes what a deployment request configures in the installed system.
package protocol SettingsEncoding: Sendable {
    /// The JSON text to store; throws with the path of what is wrong.
    func settings(for request: DeploymentRequest) throws -> String
}

/// `/api/v1/deployments`.
struct DeploymentRoutes: Sendable {
    let provisioner: Provisioner
    let settings: any SettingsEncoding

    /// How often a followed deployment is looked at.
    private static let eventInterval = Duration.milliseconds(500)
    private static let pageSize = 500

    func add(to router: Router<IngotContext>) {
        router.get(RouterPath(APIRoute.deployments)) { request, _ in
            try await jsonResponse(Page(items: list(host: request.uri.queryParameters.get("host"))))
        }
        router.post(RouterPath(APIRoute.deployments)) { request, context in
            let order = try await request.json(DeploymentRequest.self, limit: context.maxUploadSize)
            let deployment = try await create(order)
            return try await jsonResponse(detail(deployment.id), status: .created)
        }
        router.get("\(APIRoute.deployments)/:id") { _, context in
            try await jsonResponse(detail(context.requiredParameter("id")))
        }
        router.post("\(APIRoute.deployments)/:id/cancel") { _, context in
            let id = try context.requiredParameter("id")
            _ = try await provisioner.cancel(deploymentID: id)
            return try await jsonResponse(detail(id))
        }
        router.get("\(APIRoute.deployments)/:id/log") { request, context in
            let id = try context.requiredParameter("id")
            let after = try request.uri.queryParameters.get("after").map(Self.lineNumber) ?? 0
            return try await jsonResponse(log(id, after: after))
        }
        router.get("\(APIRoute.deployments)/:id/receipt") { _, context in
            try await receipt(context.requiredParameter("id"))
        }
        router.get("\(APIRoute.deployments)/:id/events") { _, context in
            try await events(context.requiredParameter("id"))
        }
    }

    private static func lineNumber(_ text: String) throws -> Int64 {
        guard let number = Int64(text) else { throw HTTPError(.badRequest, message: "after is the id of a log line") }
        return number
    }

    private func create(_ request: DeploymentRequest) async throws -> Deployment {
        let text: String
        do {
            text = try settings.settings(for: request)
        } catch {
            throw ProvisioningError(.invalid, "\(error)")
        }
        return try await provisioner.order(
            DeploymentOrder(
                host: request.host, image: request.image, revision: request.revision, diskRule: request.disk ?? "",
                mayOverwrite: request.allowOverwrite, settings: text))
    }

    private func list(host: String?) async throws -> [DeploymentSummary] {
        return try await provisioner.store.read { tx in
            let id = try host.map { try Provisioner.require(tx.host(matching: $0), "host", $0).id }
            return try tx.deployments(hostID: id, limit: Self.pageSize).map {
                DeploymentSummary($0, hostName: try tx.host(id: $0.hostID)?.name ?? $0.hostID)
            }
        }
    }

    private func detail(_ id: String) async throws -> DeploymentDetail {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            let deployment = try Provisioner.require(tx.deployment(id: id), "deployment", id)
            return DeploymentDetail(
                deployment, hostName: try tx.host(id: deployment.hostID)?.name ?? deployment.hostID,
                hasReceipt: try tx.receipt(deploymentID: id) != nil, now: now)
        }
    }

    private func log(_ id: String, after: Int64) async throws -> Page<LogLine> {
        let lines = try await provisioner.store.read { tx in
            _ = try Provisioner.require(tx.deployment(id: id), "deployment", id)
            return try tx.log(deploymentID: id, after: after, limit: Self.pageSize)
        }
        return Page(
            items: lines.map { LogLine(id: $0.id, at: Timestamp($0.at), attempt: $0.attempt, line: $0.line) },
            next: lines.count == Self.pageSize ? lines.last.map { String($0.id) } : nil)
    }

    private func receipt(_ id: String) async throws -> Response {
        let pem = try await provisioner.store.read { tx in
            _ = try Provisioner.require(tx.deployment(id: id), "deployment", id)
            return try tx.receipt(deploymentID: id)
        }
        guard let pem else { throw ProvisioningError(.notFound, "deployment \(id) has no receipt yet") }
        return Response(
            status: .ok, headers: [.contentType: "application/pkcs7-mime"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: pem)))
    }

    /// Server-sent events until the deployment or the server ends: its detail at each change, and each line of its log.
    /// A client whose stream ended before its deployment did connects again, and begins with the whole log.
    private func events(_ id: String) async throws -> Response {
        _ = try await detail(id)
        let body = ResponseBody { writer in
            var last: DeploymentDetail?
            var after: Int64 = 0
            while true {
                let current = try await detail(id)
                let page = try await log(id, after: after)
                for line in page.items {
                    try await writer.write(Self.event(.log(line)))
                    after = line.id
                }
                if current != last {
                    try await writer.write(Self.event(.deployment(current)))
                    last = current
                }
                if current.deployment.state.isFinal && page.items.isEmpty { break }
                // A listener that shuts down waits for its requests: this one would never end by itself.
                if Task.isShuttingDownGracefully { break }
                try await Task.sleep(for: Self.eventInterval)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private static func event(_ event: DeploymentEvent) throws -> ByteBuffer {
        let encoder = FoundationEssentials.JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data =
            switch event {
            case .deployment(let detail): try encoder.encode(detail)
            case .log(let line): try encoder.encode(line)
            }
        return ByteBuffer(string: "event: \(event.name)\ndata: \(String(decoding: data, as: UTF8.self))\n\n")
    }
}
