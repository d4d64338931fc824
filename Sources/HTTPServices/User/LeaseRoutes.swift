import HTTPTypes
import Hummingbird
package import NetworkTypes
import Provisioning
import Store
import UserAPI

/// What became of an order to take a lease back.
package enum LeaseRelease: Hashable, Sendable {
    /// It is gone, and off the disk.
    case released
    /// Nothing is leased, offered or set aside at the address.
    case nothingThere
    /// The store did not take it: the lease is what it was.
    case notWritten
}

/// Takes leases back.
package protocol LeaseReleasing: Sendable {
    /// Frees an address, durably.
    func release(_ address: IPv4Address) async -> LeaseRelease
}

/// `/api/v1/leases`.
struct LeaseRoutes: Sendable {
    let provisioner: Provisioner
    let facts: any ServerFacts
    let releasing: any LeaseReleasing

    func add(to routes: OperationRoutes) {
        routes.on(.listLeases) { request, _, _ in
            try await jsonResponse(request.page(list(), by: \.address.description, orderedBy: \.address.sortKey))
        }
        routes.on(.releaseLease) { request, context, _ in
            let address = try context.requiredAddress()
            if request.uri.queryParameters.get("force") != "true" { try await requireNoDeployment(at: address) }
            switch await releasing.release(address) {
            case .released: return Response(status: .noContent)
            case .nothingThere: throw ProvisioningError(.notFound, "there is no lease of \(address)")
            case .notWritten:
                throw HTTPError(
                    .serviceUnavailable, message: "the lease store failed; the lease of \(address) is what it was")
            }
        }
    }

    /// The leases, each with the host that its MAC address belongs to.
    private func list() async throws -> [LeaseSummary] {
        let leases = try await facts.leases()
        return try await provisioner.store.read { tx in
            try leases.map { lease in
                var lease = lease
                lease.hostID = try lease.mac.flatMap { try tx.host(mac: $0)?.id }
                return lease
            }
        }
    }

    /// A host that is being deployed must not lose its address meanwhile.
    private func requireNoDeployment(at address: IPv4Address) async throws {
        guard let mac = try await facts.leases().first(where: { $0.address == address })?.mac else { return }
        try await provisioner.store.read { tx in
            guard let host = try tx.host(mac: mac), let last = try tx.newestDeployment(hostID: host.id),
                last.state.isActive
            else { return }
            throw ProvisioningError(
                .conflict,
                "host \(host.name) has deployment \(last.id), which is \(last.state.rawValue): wait for its end, or "
                    + "release \(address) with --force")
        }
    }
}
