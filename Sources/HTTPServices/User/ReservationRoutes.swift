import HTTPTypes
import Hummingbird
import LeasePolicy
import NetworkTypes
import UserAPI

/// `/api/v1/reservations`.
struct ReservationRoutes: Sendable {
    let reservations: ReservationDesk

    func add(to routes: OperationRoutes) {
        routes.on(.listReservations) { request, _, _ in
            try await jsonResponse(
                request.page(
                    reservations.list(), by: \.address.description, orderedBy: \.address.sortKey))
        }
        routes.on(.addReservation) { request, context, _ in
            let wanted = try await request.json(ReservationRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(add(wanted), status: .created)
        }
        routes.on(.importReservations) { request, context, _ in
            let order = try await request.json(ReservationImportRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(
                reservations.add(
                    order.reservations.map { AddressReservation($0) }, skipInvalid: order.skipInvalid,
                    isDryRun: order.dryRun))
        }
        routes.on(.removeReservation) { _, context, _ in
            try await reservations.remove(context.requiredAddress())
            return Response(status: .noContent)
        }
    }

    private func add(_ wanted: ReservationRequest) async throws -> ReservationSummary {
        let result = try await reservations.add([AddressReservation(wanted)], skipInvalid: false, isDryRun: false)
        if let refusal = result.refused.first { throw ProvisioningError(.conflict, refusal.reason) }
        let all = try await reservations.list()
        return try Provisioner.require(
            all.first { $0.address == wanted.address }, "reservation of", "\(wanted.address)")
    }
}

extension AddressReservation {
    init(_ request: ReservationRequest) {
        self.init(mac: request.mac, address: request.address, hostName: request.hostName)
    }
}

extension IngotContext {
    /// The parameter `address` of the path.
    func requiredAddress() throws -> IPv4Address {
        let text = try requiredParameter("address")
        guard let address = IPv4Address(text) else {
            throw HTTPError(.badRequest, message: "'\(text)' is not an IPv4 address")
        }
        return address
    }
}
