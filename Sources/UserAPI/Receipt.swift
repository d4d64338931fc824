package import AgentProtocol
package import FoundationEssentials
package import ImageFormat
package import NetworkTypes

/// The record of a finished deployment: what was written where, proven how. The server signs its JSON bytes (CMS):
/// GET `/api/v1/deployments/{id}/receipt`.
package struct Receipt: Codable, Hashable, Sendable {
    /// Always `ingot-receipt`.
    package var kind: String
    /// The version of this format: 1.
    package var formatVersion: Int
    package var serverVersion: String
    package var deploymentID: String
    /// `done` or `doneWithErrors`.
    package var outcome: DeploymentStateName
    package var hostID: String
    package var hostName: String
    package var systemUUID: SystemUUID?
    /// The host's serial number.
    package var serial: String?
    package var macs: [MACAddress]
    /// The disk that was written, as the stage saw it.
    package var disk: Disk
    /// The image's name at the time of the order.
    package var image: String
    package var revision: Int
    /// The SHA-256 of the manifest's exact bytes.
    package var manifest: ChunkDigest
    package var attempt: Int
    package var proof: WriteProof
    /// The SHA-256 of the order's nonce, as UTF-8: ties the receipt to the order and to the call home without the
    /// secret that let the host call home, for a receipt may be shown to anybody.
    package var nonceDigest: ChunkDigest
    package var stageBootID: String
    package var installedBootID: String
    package var machineID: String
    /// The serial of the disk under `/`, as the installed system saw it; empty where it has none.
    package var rootDiskSerial: String
    /// The slot of the disk under `/`, as the installed system saw it.
    package var rootDiskPath: String
    package var cloudInitStatus: String
    package var cloudInitErrors: [String]
    package var ordered: Timestamp
    /// The successful attempt's start.
    package var started: Timestamp
    package var committed: Timestamp
    package var calledHome: Timestamp

    package init(
        kind: String = Receipt.kindName, formatVersion: Int = 1, serverVersion: String, deploymentID: String,
        outcome: DeploymentStateName, hostID: String, hostName: String, systemUUID: SystemUUID?, serial: String?,
        macs: [MACAddress], disk: Disk, image: String, revision: Int, manifest: ChunkDigest, attempt: Int,
        proof: WriteProof, nonceDigest: ChunkDigest, stageBootID: String, installedBootID: String, machineID: String,
        rootDiskSerial: String, rootDiskPath: String, cloudInitStatus: String, cloudInitErrors: [String],
        ordered: Timestamp, started: Timestamp, committed: Timestamp, calledHome: Timestamp
    ) {
        self.kind = kind
        self.formatVersion = formatVersion
        self.serverVersion = serverVersion
        self.deploymentID = deploymentID
        self.outcome = outcome
        self.hostID = hostID
        self.hostName = hostName
        self.systemUUID = systemUUID
        self.serial = serial
        self.macs = macs
        self.disk = disk
        self.image = image
        self.revision = revision
        self.manifest = manifest
        self.attempt = attempt
        self.proof = proof
        self.nonceDigest = nonceDigest
        self.stageBootID = stageBootID
        self.installedBootID = installedBootID
        self.machineID = machineID
        self.rootDiskSerial = rootDiskSerial
        self.rootDiskPath = rootDiskPath
        self.cloudInitStatus = cloudInitStatus
        self.cloudInitErrors = cloudInitErrors
        self.ordered = ordered
        self.started = started
        self.committed = committed
        self.calledHome = calledHome
    }
}

extension Receipt {
    package static let kindName = "ingot-receipt"

    /// The bytes to sign: JSON with sorted keys.
    package func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self)
    }
}
