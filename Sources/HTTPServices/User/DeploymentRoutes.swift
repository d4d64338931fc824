import AccessPolicy
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
    let accounts: AccountDesk
    let settings: any SettingsEncoding

    /// How often a followed deployment is looked at.
    private static let eventInterval = Duration.milliseconds(500)
    /// How often it is asked whether the account still may follow it, in seconds.
    private static let leaveInterval: Int64 = 20
    private static let pageSize = 500

    func add(to routes: OperationRoutes) {
        routes.on(.listDeployments) { request, _, account in
            try await jsonResponse(list(request, for: account))
        }
        routes.on(.createDeployment) { request, context, account in
            let order = try await request.json(DeploymentRequest.self, limit: context.maxUploadSize)
            let deployment = try await create(order, by: account)
            return try await jsonResponse(detail(deployment.id, for: account), status: .created)
        }
        routes.on(.showDeployment) { request, context, account in
            try await request.taggedResponse(detail(context.requiredParameter("deployment"), for: account))
        }
        routes.on(.cancelDeployment) { _, context, account in
            let id = try context.requiredParameter("deployment")
            _ = try await provisioner.cancel(deploymentID: id, by: account)
            return try await jsonResponse(detail(id, for: account))
        }
        routes.on(.showLog) { request, context, account in
            let id = try context.requiredParameter("deployment")
            let after = request.uri.queryParameters.get("after").flatMap { Int64($0) } ?? 0
            return try await jsonResponse(log(id, after: after, for: account))
        }
        routes.on(.showReceipt) { _, context, account in
            try await receipt(context.requiredParameter("deployment"), for: account)
        }
        routes.on(.followDeployment) { request, context, account in
            try await events(
                context.requiredParameter("deployment"), token: request.bearerToken ?? "", for: account)
        }
    }

    private func create(_ request: DeploymentRequest, by account: Account) async throws -> Deployment {
        let text: String
        do {
            text = try settings.settings(for: request)
        } catch {
            throw ProvisioningError(.invalid, "\(error)")
        }
        let channel = try request.channel.map { name in
            guard let channel = ReleaseChannel(rawValue: name) else {
                throw ProvisioningError(.invalid, "'\(name)' is no channel: stable or candidate")
            }
            return channel
        }
        return try await provisioner.order(
            DeploymentOrder(
                host: request.host, image: request.image, revision: request.revision, channel: channel,
                diskRule: request.disk ?? "", mayOverwrite: request.allowOverwrite,
                isForced: request.force, settings: text),
            by: account)
    }

    private func list(_ request: Request, for account: Account) async throws -> Page<DeploymentSummary> {
        let query = request.uri.queryParameters
        let (host, after) = (query.get("host"), query.get("after"))
        let limit = request.pageLimit
        let owner = account.seesEveryHost ? nil : account.id
        return try await provisioner.store.read { tx in
            let hostID = try host.map { try tx.requireHost($0, for: account).id }
            let before = try after.map { try tx.requireDeployment($0, for: account).id }
            // One more than is shown tells whether there is another page.
            let found = try tx.deployments(hostID: hostID, accountID: owner, before: before, limit: limit + 1)
            let items = try found.prefix(limit).map { try Self.summary(tx, of: $0) }
            return Page(items: items, next: found.count > limit ? items.last?.id : nil)
        }
    }

    private static func summary(_ tx: StoreTransaction, of deployment: Deployment) throws -> DeploymentSummary {
        DeploymentSummary(
            deployment, hostName: try tx.host(id: deployment.hostID)?.name ?? deployment.hostID,
            account: try tx.account(id: deployment.accountID)?.name)
    }

    private func detail(_ id: String, for account: Account) async throws -> DeploymentDetail {
        let now = provisioner.clock()
        return try await provisioner.store.read { tx in
            let deployment = try tx.requireDeployment(id, for: account)
            return DeploymentDetail(
                deployment, summary: try Self.summary(tx, of: deployment),
                hasReceipt: try tx.receipt(deploymentID: id) != nil, now: now)
        }
    }

    private func log(_ id: String, after: Int64, for account: Account) async throws -> Page<LogLine> {
        let lines = try await provisioner.store.read { tx in
            _ = try tx.requireDeployment(id, for: account)
            return try tx.log(deploymentID: id, after: after, limit: Self.pageSize)
        }
        return Page(
            items: lines.map { LogLine(id: $0.id, at: Timestamp($0.at), attempt: $0.attempt, line: $0.line) },
            next: lines.count == Self.pageSize ? lines.last.map { String($0.id) } : nil)
    }

    private func receipt(_ id: String, for account: Account) async throws -> Response {
        let pem = try await provisioner.store.read { tx in
            _ = try tx.requireDeployment(id, for: account)
            return try tx.receipt(deploymentID: id)
        }
        guard let pem else { throw ProvisioningError(.notFound, "deployment \(id) has no receipt yet") }
        return Response(
            status: .ok, headers: [.contentType: "application/pkcs7-mime"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: pem)))
    }

    /// Server-sent events until the deployment, the leave to follow it or the server ends: its detail at each change,
    /// and each line of its log. A client whose stream ended before its deployment did connects again, and begins with
    /// the whole log.
    private func events(_ id: String, token: String, for account: Account) async throws -> Response {
        _ = try await detail(id, for: account)
        let body = ResponseBody { writer in
            var last: DeploymentDetail?
            var after: Int64 = 0
            var follower = account
            var asked = provisioner.clock()
            while true {
                if provisioner.clock() - asked >= Self.leaveInterval {
                    guard let current = try await self.follower(of: id, token: token) else { break }
                    (follower, asked) = (current, provisioner.clock())
                }
                let current = try await detail(id, for: follower)
                let page = try await log(id, after: after, for: follower)
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

    /// The account of a token that may follow a deployment; nil where it may not any more.
    private func follower(of id: String, token: String) async throws -> Account? {
        guard let account = try await accounts.account(token: token)?.account, account.isEnabled,
            APIOperation.followDeployment.roles.contains(account.role)
        else { return nil }
        let deployment = try await provisioner.store.read { try $0.deployment(id: id) }
        return deployment.map { account.sees($0) } == true ? account : nil
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
