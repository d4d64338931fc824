package import AgentProtocol
package import ImageFormat
package import PreflightFacts

/// One deployment with all that is known of it: GET `/api/v1/deployments/{id}`.
package struct DeploymentDetail: Codable, Hashable, Sendable {
    package var deployment: DeploymentSummary
    /// The SHA-256 of the manifest's exact bytes.
    package var manifest: ChunkDigest
    /// The text form of the disk rule; empty for "the only eligible disk".
    package var diskRule: String
    /// The disk that the rule chose, once one is known.
    package var disk: Disk?
    package var allowOverwrite: Bool
    /// What preflight said of the image on this host.
    package var preflight: [PreflightFinding]
    package var maximumAttempts: Int
    /// How far the running phase is.
    package var progress: TransferProgress?
    /// Milliseconds of the newest attempt's finished phases, by phase name.
    package var phaseMilliseconds: [String: Int]
    package var failure: DeploymentProblem?
    /// What the stage measured and proved, once the disk is committed.
    package var proof: WriteProof?
    /// `done`, `error`, ... once the installed system has called home.
    package var cloudInitStatus: String?
    package var cloudInitErrors: [String]
    /// The newest attempt's start.
    package var started: Timestamp?
    package var committed: Timestamp?
    /// A waiting deployment ends then; a running one once its stage is silent, too.
    package var expires: Timestamp
    /// Whether GET `/api/v1/deployments/{id}/receipt` has one to give.
    package var hasReceipt: Bool

    package init(
        deployment: DeploymentSummary, manifest: ChunkDigest, diskRule: String, disk: Disk?, allowOverwrite: Bool,
        preflight: [PreflightFinding] = [], maximumAttempts: Int, progress: TransferProgress?,
        phaseMilliseconds: [String: Int], failure: DeploymentProblem?, proof: WriteProof?, cloudInitStatus: String?,
        cloudInitErrors: [String],
        started: Timestamp?, committed: Timestamp?, expires: Timestamp, hasReceipt: Bool
    ) {
        self.deployment = deployment
        self.manifest = manifest
        self.diskRule = diskRule
        self.disk = disk
        self.allowOverwrite = allowOverwrite
        self.preflight = preflight
        self.maximumAttempts = maximumAttempts
        self.progress = progress
        self.phaseMilliseconds = phaseMilliseconds
        self.failure = failure
        self.proof = proof
        self.cloudInitStatus = cloudInitStatus
        self.cloudInitErrors = cloudInitErrors
        self.started = started
        self.committed = committed
        self.expires = expires
        self.hasReceipt = hasReceipt
    }
}

/// Why the newest attempt, or the whole deployment, failed.
package struct DeploymentProblem: Codable, Hashable, Sendable {
    package var attempt: Int
    package var phase: PhaseName?
    package var code: FailureCode
    package var message: String

    package init(attempt: Int, phase: PhaseName?, code: FailureCode, message: String) {
        self.attempt = attempt
        self.phase = phase
        self.code = code
        self.message = message
    }
}
