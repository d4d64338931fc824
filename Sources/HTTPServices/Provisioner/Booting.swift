package import NetworkTypes
import Provisioning
import Store

/// What a loader that asks for its script is to do.
package enum BootPlan: Sendable, Hashable {
    /// Start the stage with this boot token.
    case stage(token: String)
    /// Start the host's own disk.
    case localDisk
}

extension Provisioner {
    /// Decides by the host's state, and by nothing else, what the loader with this MAC address gets. Every stage gets
    /// a fresh boot token, bound to the MAC address and, where it is known, to the host. A host that comes back too
    /// often is parked: it starts the stage, wherever it would go otherwise.
    package func bootPlan(mac: MACAddress) async throws -> BootPlan {
        let now = clock()
        let secret = BearerSecret()
        return try await store.write { tx in
            let host = try tx.host(mac: mac)
            let newest = try host.flatMap { try tx.newestDeployment(hostID: $0.id) }
            let startsStage = Self.startsStage(host: host, newest: newest)
            let isParked =
                try host.map { try countBoot(tx, of: $0, startsStage: startsStage, mac: mac, now: now) } ?? false
            guard startsStage || isParked else { return .localDisk }
            let token = BootTokenRecord(
                hash: secret.hash, mac: mac, hostID: host?.id, expiresAt: now + Self.bootTokenLifetime)
            try tx.insert(token, now: now)
            return .stage(token: secret.text)
        }
    }

    /// Protected and deployed hosts start their own disk; a host with an open order, an unknown host and one that
    /// waits start the stage, which writes nothing without an order.
    static func startsStage(host: Host?, newest: Deployment?) -> Bool {
        guard let host else { return true }
        if host.isProtected { return false }
        switch newest?.state {
        case .waiting, .running: return true
        case .committed, .done, .doneWithErrors: return false
        case .failed, .parked, .cancelled, .expired, nil: return host.standing != .deployed
        }
    }
}
