import BootTimeline
import Logging
import NetworkTypes
import Provisioning
import Store

/// Hosts that come back again and again, and hosts that another board claims to be, are parked: they get the stage,
/// which shows why and writes nothing, until an operator lets them go on. A parked deployment is something else: an
/// order whose attempts are used up.
extension Provisioner {
    /// Lets a parked host go on: the stage that waits on it takes the host's order, or reboots into the host's own disk.
    /// A host that is not parked stays as it is.
    package func unpark(host text: String) async throws {
        _ = try await changeHost(text, HostDeed(isUnparked: true))
    }

    /// Counts a boot of `host` from the NIC `mac`; true where the host is parked, since before or by this boot. Hosts
    /// that are protected are not parked, for they start their own disk whatever happens.
    func countBoot(
        _ tx: StoreTransaction, of host: Host, startsStage: Bool, mac: MACAddress, now: Int64
    ) throws -> Bool {
        guard !host.isProtected else { return false }
        let isNew = try tx.changeBootLoop(hostID: host.id) { loop in
            startsStage ? loop.startStage(now: now) : loop.startDisk(now: now)
        }
        guard let parking = try tx.bootLoop(hostID: host.id).parking else { return false }
        if isNew {
            log.warning("host \(host.name) is parked: \(parking.reason); `ingot host unpark \(host.name)` ends that")
            observe(mac, .parked(reason: parking.reason))
        }
        return true
    }

    /// Parks the hosts that another board claims to be. One that starts its own disk goes on doing so: nothing is to be
    /// written to it, and a board that is wired up wrongly must not keep it from starting.
    func park(_ tx: StoreTransaction, _ clash: IdentityClash, now: Int64) throws {
        for host in clash.hosts {
            guard try Self.startsStage(host: host, newest: tx.newestDeployment(hostID: host.id)),
                try tx.changeBootLoop(hostID: host.id, { $0.clash(now: now, reason: clash.reason) })
            else { continue }
            log.warning("host \(host.name) is parked: \(clash.reason); `ingot host unpark \(host.name)` ends that")
            if let mac = host.macs.first { observe(mac, .parked(reason: clash.reason)) }
        }
    }

    /// What the stage of a parked host shows; nil for a host that is not parked.
    static func parkingReason(_ tx: StoreTransaction, of host: Host) throws -> String? {
        try tx.bootLoop(hostID: host.id).parking.map {
            "host \(host.name) is parked: \($0.reason); nothing is written until `ingot host unpark \(host.name)`"
        }
    }

    /// A host got on, or an operator did something about it: its boots are counted anew.
    static func noteProgress(_ tx: StoreTransaction, hostID: String) throws {
        try tx.changeBootLoop(hostID: hostID) { $0.progress() }
    }

    /// A deployment ended, which is progress of its host.
    /// - Parameter mac: the NIC that the host booted from, if that is known.
    func noteEnd(_ tx: StoreTransaction, of deployment: Deployment, mac: MACAddress? = nil) throws {
        try Self.noteProgress(tx, hostID: deployment.hostID)
        guard let mac = try mac ?? tx.host(id: deployment.hostID)?.macs.first else { return }
        observe(
            mac,
            .deploymentEnded(
                deployment: deployment.id, state: deployment.state.rawValue, message: deployment.failure?.message))
    }
}
