import AccessPolicy
import AgentProtocol
import ImageFormat
import Provisioning
import Store
import UserAPI

/// The user API's views of what the store holds.
extension DeploymentSummary {
    init(_ deployment: Deployment, hostName: String, account: String?) {
        self.init(
            id: deployment.id, hostID: deployment.hostID, hostName: hostName, image: deployment.imageName,
            revision: deployment.revision, state: DeploymentStateName(rawValue: deployment.state.rawValue),
            phase: deployment.phase, attempt: deployment.attempt, created: Timestamp(deployment.createdAt),
            ended: deployment.endedAt.map { Timestamp($0) }, account: account)
    }
}

extension DeploymentDetail {
    init(_ deployment: Deployment, summary: DeploymentSummary, hasReceipt: Bool, now: Int64) {
        self.init(
            deployment: summary, manifest: deployment.manifest,
            diskRule: deployment.diskRule, disk: deployment.disk, allowOverwrite: deployment.mayOverwrite,
            preflight: deployment.preflight ?? [],
            maximumAttempts: deployment.maximumAttempts,
            progress: deployment.state == .running
                ? deployment.progress.map { TransferProgress(done: $0.done, total: $0.total, elapsed: now - $0.since) }
                : nil,
            phaseMilliseconds: deployment.phaseMilliseconds,
            failure: deployment.failure.map {
                DeploymentProblem(attempt: $0.attempt, phase: $0.phase, code: $0.code, message: $0.message)
            },
            proof: deployment.proof, cloudInitStatus: deployment.callHome?.cloudInitStatus,
            cloudInitErrors: deployment.callHome?.cloudInitErrors ?? [],
            started: deployment.startedAt.map { Timestamp($0) },
            committed: deployment.committedAt.map { Timestamp($0) }, expires: Timestamp(deployment.expiresAt),
            hasReceipt: hasReceipt)
    }
}

extension HostSummary {
    init(_ host: Host, newest: Deployment?, addresses: LeasedAddresses) {
        self.init(
            id: host.id, name: host.name, state: HostState(host, newest: newest), isProtected: host.isProtected,
            vendor: host.inventory?.vendor, model: host.inventory?.product, systemUUID: host.systemUUID,
            serial: host.serial, macs: host.macs, address: addresses.address(of: host.macs),
            lastSeen: Timestamp(host.lastSeen),
            deployment: newest.map {
                DeploymentReference(
                    id: $0.id, state: DeploymentStateName(rawValue: $0.state.rawValue), image: $0.imageLabel)
            })
    }
}

extension HostState {
    init(_ host: Host, newest: Deployment?) {
        if newest?.state.isActive == true {
            self = .deploying
        } else {
            self.init(rawValue: host.standing.rawValue)
        }
    }
}

extension ImageRevision {
    init(_ record: RevisionRecord) {
        self.init(
            number: record.number, digest: record.digest, created: Timestamp(record.createdAt),
            diskSize: record.diskSize, dataSize: record.dataSize, sectorSize: record.sectorSize, os: record.os,
            firmware: record.firmware, channel: record.channel?.rawValue,
            deprecated: record.lifecycle?.deprecatedAt.map { Timestamp($0) },
            retired: record.lifecycle?.retiredAt.map { Timestamp($0) }, origin: record.origin)
    }
}
