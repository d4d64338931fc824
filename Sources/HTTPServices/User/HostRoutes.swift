import AccessPolicy
import BootPolicy
import HTTPTypes
import Hummingbird
import Preflight
import Provisioning
import Store
import UserAPI

/// `/api/v1/hosts`.
struct HostRoutes: Sendable {
    let provisioner: Provisioner
    let facts: any ServerFacts

    func add(to routes: OperationRoutes) {
        routes.on(.listHosts) { request, _, account in
            let hosts = try await list(rack: request.uri.queryParameters.get("rack"), for: account)
            return try jsonResponse(request.page(hosts, by: \.id, orderedBy: \.name))
        }
        routes.on(.listModels) { request, _, account in
            try await jsonResponse(request.page(models(for: account), by: \.model))
        }
        routes.on(.showHost) { request, context, account in
            try await request.taggedResponse(detail(context.requiredParameter("host"), for: account))
        }
        routes.on(.changeHost) { request, context, account in
            let text = try context.requiredParameter("host")
            let deed = try await HostDeed(request.json(HostChange.self, limit: context.maxUploadSize))
            let host = try await provisioner.changeHost(text, deed, expecting: expectation(of: request, by: account))
            return try await request.taggedResponse(detail(host.id, for: account))
        }
        routes.on(.removeHost) { request, context, account in
            try await provisioner.remove(
                host: context.requiredParameter("host"), expecting: expectation(of: request, by: account))
            return Response(status: .noContent)
        }
    }

    /// Every host that is there for the account, or those of one rack.
    private func list(rack: String?, for account: Account) async throws -> [HostSummary] {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            try tx.hosts().filter { account.sees($0) }
                .map { try Self.summary(tx, of: $0, for: account, addresses: addresses) }
                .filter { rack == nil || $0.placement?.rack == rack }
        }
    }

    /// The models of the hosts that are there for the account.
    private func models(for account: Account) async throws -> [ModelSummary] {
        let hosts = try await provisioner.store.read { tx in try tx.hosts().filter { account.sees($0) } }
        let models = Dictionary(grouping: hosts.compactMap(\.inventory)) { HostModel(of: $0) }
        return models.sorted { $0.key < $1.key }.map { ModelSummary(model: "\($0.key)", hostCount: $0.value.count) }
    }

    private func detail(_ text: String, for account: Account) async throws -> HostDetail {
        let addresses = try await LeasedAddresses(facts.leases())
        return try await provisioner.store.read { tx in
            try Self.detail(tx, of: tx.requireHost(text, for: account), for: account, addresses: addresses)
        }
    }

    /// Throws where a host is not what the request was meant for.
    private func expectation(
        of request: Request, by account: Account
    ) async throws -> @Sendable (StoreTransaction, Host) throws -> Void {
        guard let expected = IfMatch(request) else { return { _, _ in } }
        let addresses = try await LeasedAddresses(facts.leases())
        return { tx, host in try expected.check(Self.detail(tx, of: host, for: account, addresses: addresses)) }
    }

    private static func detail(
        _ tx: StoreTransaction, of host: Host, for account: Account, addresses: LeasedAddresses
    ) throws -> HostDetail {
        HostDetail(
            host: try summary(tx, of: host, for: account, addresses: addresses), firstSeen: Timestamp(host.firstSeen),
            inventory: host.inventory)
    }

    private static func summary(
        _ tx: StoreTransaction, of host: Host, for account: Account, addresses: LeasedAddresses
    ) throws -> HostSummary {
        let newest = try tx.newestDeployment(hostID: host.id)
        var summary = HostSummary(host, newest: newest, addresses: addresses)
        if let newest, !account.sees(newest) { summary.deployment = nil }
        summary.parking = try tx.bootLoop(hostID: host.id).parking.map {
            ParkingDetail(since: Timestamp($0.since), reason: $0.reason)
        }
        summary.account = try host.accountID.flatMap { try tx.account(id: $0)?.name }
        summary.placement = try tx.placement(of: host.macs).map { HostPlacement($0) }
        return summary
    }
}

extension HostDeed {
    init(_ change: HostChange) throws {
        if change.isAccepted == false {
            throw ProvisioningError(.invalid, "a host cannot be un-accepted: remove it instead")
        }
        if change.isParked == true {
            throw ProvisioningError(.invalid, "only the server parks hosts: protect this one to leave it alone")
        }
        self.init(
            isAccepted: change.isAccepted == true, name: change.name, isProtected: change.isProtected,
            account: change.account, isUnparked: change.isParked == false)
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
