import HTTPTypes
import Hummingbird
import Provisioning
import Store
import UserAPI

/// `/api/v1/hosts`.
struct HostRoutes: Sendable {
    let provisioner: Provisioner
    let facts: any ServerFacts

    func add(to router: Router<IngotContext>) {
        router.get(RouterPath(APIRoute.hosts)) { _, _ in
            try await jsonResponse(Page(items: list()))
        }
        router.get("\(APIRoute.hosts)/:host") { _, context in
            try await jsonResponse(detail(context.requiredParameter("host")))
        }
        router.patch("\(APIRoute.hosts)/:host") { request, context in
            let text = try context.requiredParameter("host")
            let change = try await request.json(HostChange.self, limit: context.maxUploadSize)
            try await apply(change, to: text)
            return try await jsonResponse(detail(change.name ?? text))
        }
        router.delete("\(APIRoute.hosts)/:host") { _, context in
            try await provisioner.remove(host: context.requiredParameter("host"))
            return Response(status: .noContent)
        }
    }

    private func list() async throws -> [HostSummary] {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            try tx.hosts().map {
                HostSummary($0, newest: try tx.newestDeployment(hostID: $0.id), addresses: addresses)
            }
        }
    }

    private func detail(_ text: String) async throws -> HostDetail {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            let host = try Provisioner.require(tx.host(matching: text), "host", text)
            let newest = try tx.newestDeployment(hostID: host.id)
            return HostDetail(
                host: HostSummary(host, newest: newest, addresses: addresses),
                firstSeen: Timestamp(host.firstSeen), inventory: host.inventory)
        }
    }

    private func apply(_ change: HostChange, to text: String) async throws {
        if change.isAccepted == false {
            throw ProvisioningError(.invalid, "a host cannot be un-accepted: remove it instead")
        }
        if change.isAccepted == true || change.name != nil {
            _ = try await provisioner.accept(host: text, name: change.name)
        }
        if let isProtected = change.isProtected {
            _ = try await provisioner.protect(host: change.name ?? text, isProtected: isProtected)
        }
    }
}

extension IngotContext {
    /// A parameter of the path as it stands there: the ids and names that have routes need no percent-encoding.
    func requiredParameter(_ name: String) throws -> String {
        guard let text = parameters.get(name) else { throw HTTPError(.badRequest, message: "\(name) is missing") }
        return text
    }
}
