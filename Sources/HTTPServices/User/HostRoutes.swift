import BootPolicy
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
        router.get(RouterPath(APIRoute.hosts)) { request, _ in
            try await jsonResponse(Page(items: list(rack: request.uri.queryParameters.get("rack"))))
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

    /// Every host, or those of one rack.
    private func list(rack: String?) async throws -> [HostSummary] {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            try tx.hosts().map { try Self.summary(tx, of: $0, addresses: addresses) }
                .filter { rack == nil || $0.placement?.rack == rack }
        }
    }

    private func detail(_ text: String) async throws -> HostDetail {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            let host = try Provisioner.require(tx.host(matching: text), "host", text)
            return HostDetail(
                host: try Self.summary(tx, of: host, addresses: addresses), firstSeen: Timestamp(host.firstSeen),
                inventory: host.inventory)
        }
    }

    private static func summary(
        _ tx: StoreTransaction, of host: Host, addresses: LeasedAddresses
    ) throws -> HostSummary {
        var summary = HostSummary(host, newest: try tx.newestDeployment(hostID: host.id), addresses: addresses)
        summary.parking = try tx.bootLoop(hostID: host.id).parking.map {
            ParkingDetail(since: Timestamp($0.since), reason: $0.reason)
        }
        summary.placement = try tx.placement(of: host.macs).map { HostPlacement($0) }
        return summary
    }

    private func apply(_ change: HostChange, to text: String) async throws {
        if change.isAccepted == false {
            throw ProvisioningError(.invalid, "a host cannot be un-accepted: remove it instead")
        }
        if change.isParked == true {
            throw ProvisioningError(.invalid, "only the server parks hosts: protect this one to leave it alone")
        }
        if change.isAccepted == true || change.name != nil {
            _ = try await provisioner.accept(host: text, name: change.name)
        }
        if let isProtected = change.isProtected {
            _ = try await provisioner.protect(host: change.name ?? text, isProtected: isProtected)
        }
        if change.isParked == false { try await provisioner.unpark(host: change.name ?? text) }
    }
}

extension HostPlacement {
    fileprivate init(_ placement: Placement) {
        self.init(name: placement.name, rack: placement.rack, unit: placement.unit, switchPort: placement.port)
    }
}

extension IngotContext {
    /// A parameter of the path as it stands there: the ids and names that have routes need no percent-encoding.
    func requiredParameter(_ name: String) throws -> String {
        guard let text = parameters.get(name) else { throw HTTPError(.badRequest, message: "\(name) is missing") }
        return text
    }
}
