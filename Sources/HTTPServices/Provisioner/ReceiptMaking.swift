import AgentProtocol
import ImageFormat
import Provisioning
import UserAPI

extension Receipt {
    /// The receipt of a deployment whose installed system has called home; throws before that.
    init(of deployment: Deployment, host: Host, serverVersion: String) throws {
        guard let disk = deployment.disk, let proof = deployment.proof, let stageBootID = deployment.stageBootID,
            let call = deployment.callHome, let started = deployment.startedAt,
            let committed = deployment.committedAt, let ended = deployment.endedAt
        else {
            throw ProvisioningError(.conflict, "deployment \(deployment.id) has nothing to give a receipt of yet")
        }
        self.init(
            serverVersion: serverVersion, deploymentID: deployment.id,
            outcome: DeploymentStateName(rawValue: deployment.state.rawValue), hostID: host.id, hostName: host.name,
            systemUUID: host.systemUUID, serial: host.serial, macs: host.macs, disk: disk,
            image: deployment.imageName, revision: deployment.revision, manifest: deployment.manifest,
            attempt: deployment.attempt, proof: proof,
            nonceDigest: ChunkDigest(of: Array(deployment.nonce.utf8)), stageBootID: stageBootID,
            installedBootID: call.bootID, machineID: call.machineID, rootDiskSerial: call.rootDiskSerial,
            rootDiskPath: call.rootDiskPath, cloudInitStatus: call.cloudInitStatus,
            cloudInitErrors: call.cloudInitErrors, ordered: Timestamp(deployment.createdAt),
            started: Timestamp(started), committed: Timestamp(committed), calledHome: Timestamp(ended))
    }
}
