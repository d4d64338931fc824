package import LeasePolicy
package import NetworkTypes
import Store
package import UserAPI

/// Keeps the reservations beside those of the configuration, and hands the plans that come of both to DHCP. Changes
/// come one after the other, so that DHCP never goes back to older plans.
package actor ReservationDesk {
    private let store: Store
    private let serverAddresses: Set<IPv4Address>
    private let apply: @Sendable ([SubnetPlan]) async -> Void
    private var configured: [SubnetPlan]
    /// Those that are kept and not in force, each with the reason.
    package private(set) var conflicts: [String] = []

    private var isChanging = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - configured: the plans of the configuration.
    ///   - serverAddresses: the server's own, which nobody can reserve.
    ///   - apply: puts plans in force.
    package init(
        provisioner: Provisioner, configured: [SubnetPlan], serverAddresses: Set<IPv4Address>,
        apply: @escaping @Sendable ([SubnetPlan]) async -> Void
    ) {
        store = provisioner.store
        self.configured = configured
        self.serverAddresses = serverAddresses
        self.apply = apply
    }

    /// Puts the plans of the configuration in force together with what is kept beside them.
    package func begin() async throws {
        await enter()
        defer { leave() }
        try await refresh(configured)
    }

    /// Goes over to the plans of another configuration. Where this throws, the old ones stay in force.
    package func configure(_ plans: [SubnetPlan]) async throws {
        await enter()
        defer { leave() }
        try await refresh(plans)
    }

    /// Every reservation by address: those of the configuration, and those that are kept beside it.
    package func list() async throws -> [ReservationSummary] {
        let kept = try await store.read { try $0.reservations() }
        let refused = Self.fit(kept, into: configured, serverAddresses).refused
        let own = configured.flatMap(\.reservations).map {
            ReservationSummary(address: $0.address, mac: $0.mac, hostName: $0.hostName, isConfigured: true)
        }
        let others = kept.map {
            ReservationSummary(
                address: $0.address, mac: $0.mac, hostName: $0.hostName, isConfigured: false,
                conflict: refused[$0.address]?.description)
        }
        return (own + others).sorted { $0.address < $1.address }
    }

    /// Adds reservations; they are on the disk and in force when this returns.
    /// - Parameters:
    ///   - skipInvalid: whether those that can be taken are taken where others cannot.
    ///   - isDryRun: whether all is only checked.
    package func add(
        _ wanted: [AddressReservation], skipInvalid: Bool, isDryRun: Bool
    ) async throws -> ReservationImportResult {
        await enter()
        defer { leave() }
        let kept = try await store.read { try $0.reservations() }
        var book = Self.fit(kept, into: configured, serverAddresses).book
        var result = ReservationImportResult()
        var fresh: [AddressReservation] = []
        for (index, reservation) in wanted.enumerated() {
            do throws(ReservationConflict) {
                if try book.add(reservation) { fresh.append(reservation) } else { result.unchanged += 1 }
            } catch {
                result.refused.append(ReservationImportResult.Refusal(index: index, reason: error.description))
            }
        }
        guard result.refused.isEmpty || skipInvalid else { return result }
        result.added = fresh.count
        guard !isDryRun, !fresh.isEmpty else { return result }
        let taken = fresh
        try await store.write { tx in
            for reservation in taken { try tx.save(reservation) }
        }
        try await refresh(configured)
        return result
    }

    /// Forgets the reservation of an address; it is off the disk and out of force when this returns.
    package func remove(_ address: IPv4Address) async throws {
        await enter()
        defer { leave() }
        guard try await store.write({ try $0.removeReservation(of: address) }) else {
            let isConfigured = configured.contains { $0.reservations.contains { $0.address == address } }
            throw ProvisioningError(
                isConfigured ? .conflict : .notFound,
                isConfigured
                    ? "\(address) is reserved in the configuration: edit the file, then `ingot reload`"
                    : "there is no reservation of \(address)")
        }
        try await refresh(configured)
    }

    /// Puts plans in force with what is kept beside them.
    private func refresh(_ plans: [SubnetPlan]) async throws {
        let kept = try await store.read { try $0.reservations() }
        let (book, refused) = Self.fit(kept, into: plans, serverAddresses)
        configured = plans
        conflicts = refused.sorted { $0.key < $1.key }.map { address, conflict in
            "the reservation of \(address) is not in force: \(conflict)"
        }
        await apply(book.merged)
    }

    private static func fit(
        _ kept: [AddressReservation], into plans: [SubnetPlan], _ serverAddresses: Set<IPv4Address>
    ) -> (book: ReservationBook, refused: [IPv4Address: ReservationConflict]) {
        var book = ReservationBook(plans: plans, serverAddresses: serverAddresses)
        var refused: [IPv4Address: ReservationConflict] = [:]
        for reservation in kept {
            do throws(ReservationConflict) {
                _ = try book.add(reservation)
            } catch {
                refused[reservation.address] = error
            }
        }
        return (book, refused)
    }

    /// Waits until no other change is under way. Every `enter` has its `leave`.
    private func enter() async {
        guard isChanging else {
            isChanging = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Lets the next change in.
    private func leave() {
        guard !waiting.isEmpty else {
            isChanging = false
            return
        }
        waiting.removeFirst().resume()
    }
}
