package import AgentProtocol
import FoundationEssentials
package import ImageFormat
import NetworkTypes

/// Decides whether a signed order may be carried out here and now.
package enum OrderCheck {
    /// The order in `document`. Throws `FailureCode.orderRefused` where the signature, kind, version, time, host or
    /// phases are not acceptable.
    ///
    /// - Parameter now: seconds since 1970.
    package static func accept(
        _ document: SignedDocument, trusted: TrustedKeys, inventory: Inventory, now: Int64
    ) throws(PhaseFailure) -> Order {
        let order = try decode(document, trusted: trusted)
        guard order.kind == Order.kindName, order.protocolVersion == Order.currentProtocolVersion else {
            throw refusal(
                "it is of kind '\(order.kind)', version \(order.protocolVersion): expected "
                    + "'\(Order.kindName)', version \(Order.currentProtocolVersion)")
        }
        guard now <= order.expiresAt else {
            throw refusal(
                "it expired \(now - order.expiresAt) s ago by this host's clock (\(now) s since 1970): check that clock, "
                    + "or deploy again")
        }
        guard (1...max(order.maximumAttempts, 1)).contains(order.attempt) else {
            throw refusal("it is attempt \(order.attempt) of \(order.maximumAttempts)")
        }
        try checkHost(order.host, inventory: inventory)
        try checkPhases(order.phases)
        return order
    }

    private static func decode(
        _ document: SignedDocument, trusted: TrustedKeys
    ) throws(PhaseFailure) -> Order {
        let payload: Data
        do {
            payload = try trusted.verify(document)
        } catch {
            throw refusal("\(error)")
        }
        do {
            return try JSONDecoder().decode(Order.self, from: payload)
        } catch {
            throw refusal("it cannot be read: \(error)")
        }
    }

    private static func checkHost(_ host: HostBinding, inventory: Inventory) throws(PhaseFailure) {
        guard inventory.nics.contains(where: { host.macs.contains($0.mac) }) else {
            let own = inventory.nics.map(\.mac.description).joined(separator: ", ")
            let bound = host.macs.map(\.description).joined(separator: ", ")
            throw refusal("it is for the host with MAC \(bound), this one has \(own)")
        }
        if let bound = host.systemUUID, let own = inventory.systemUUID, bound.isIdentifying, own.isIdentifying,
            bound != own, bound != own.swapped
        {
            throw refusal("it is for the host with system UUID \(bound), this one has \(own)")
        }
    }

    /// Phases come in their one order, and none that protects the disk is left out.
    private static func checkPhases(_ phases: [PhaseName]) throws(PhaseFailure) {
        let needed: [PhaseName] = [.inspect, .selectDisk, .invalidate, .write, .verify, .commit, .report]
        guard phases == PhaseName.all.filter(phases.contains), needed.allSatisfy(phases.contains) else {
            throw refusal("its phases are \(phases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    private static func refusal(_ reason: String) -> PhaseFailure {
        PhaseFailure(.orderRefused, "the order is refused: \(reason)")
    }
}
