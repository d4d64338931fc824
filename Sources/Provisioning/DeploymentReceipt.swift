public import AgentProtocol
public import ImageFormat
public import NetworkTypes

/// The record of a finished deployment: what was written where, and how it was proven. Signed as CMS.
public struct DeploymentReceipt: Codable, Hashable, Sendable {
    /// Always `ingot-receipt`.
    public var kind: String
    public var formatVersion: Int
    public var deploymentID: String
    /// `done` or `doneWithErrors`.
    public var outcome: String
    public var hostName: String
    public var systemUUID: SystemUUID?
    public var serial: String?
    public var macs: [MACAddress]
    public var disk: Disk?
    public var image: String
    public var revision: Int
    public var manifest: ChunkDigest
    public var attempt: Int
    public var proof: WriteProof?
    public var stageBootID: String?
    public var installedBootID: String?
    public var machineID: String?
    public var cloudInitStatus: String?
    public var cloudInitErrors: [String]
    /// Seconds since 1970.
    public var orderedAt: Int64
    public var committedAt: Int64?
    public var endedAt: Int64?
    public var serverVersion: String

    public init(of deployment: Deployment, host: Host, serverVersion: String) {
        kind = "ingot-receipt"
        formatVersion = 1
        deploymentID = deployment.id
        outcome = deployment.state.rawValue
        hostName = host.name
        systemUUID = host.systemUUID
        serial = host.serial
        macs = host.macs
        disk = deployment.disk
        image = deployment.imageName
        revision = deployment.revision
        manifest = deployment.manifest
        attempt = deployment.attempt
        proof = deployment.proof
        stageBootID = deployment.stageBootID
        installedBootID = deployment.callHome?.bootID
        machineID = deployment.callHome?.machineID
        cloudInitStatus = deployment.callHome?.cloudInitStatus
        cloudInitErrors = deployment.callHome?.cloudInitErrors ?? []
        orderedAt = deployment.createdAt
        committedAt = deployment.committedAt
        endedAt = deployment.endedAt
        self.serverVersion = serverVersion
    }
}
