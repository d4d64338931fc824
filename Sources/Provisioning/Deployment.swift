public import AgentProtocol
public import ImageFormat
package import PreflightFacts

/// One order and what became of it: a state machine whose events are its mutating functions. It knows no clock and
/// makes no random values; whoever stores it also gives it the time.
public struct Deployment: Codable, Hashable, Sendable {
    public let id: String
    public let hostID: String
    /// The account that ordered it.
    public let accountID: String
    public let imageID: String
    /// The image's name at the time of the order.
    public let imageName: String
    public let revision: Int
    public let manifest: ChunkDigest
    /// The text form of the `DiskRule`; empty for "the only eligible disk".
    public let diskRule: String
    /// Whether a disk that holds a foreign system may be overwritten.
    public let mayOverwrite: Bool
    /// The disk that the rule chose from the host's inventory, once one is known; never changes afterwards.
    public internal(set) var disk: Disk?
    /// The nonce that the installed system's call home must return.
    public let nonce: String
    /// Seconds since 1970.
    public let createdAt: Int64
    /// Seconds since 1970; a waiting order ends then, a running one only once its stage is silent, too.
    public let expiresAt: Int64
    public let maximumAttempts: Int
    /// What preflight said of the image on this host; nil in orders of older versions.
    package var preflight: [PreflightFinding]?

    public internal(set) var state = DeploymentState.waiting
    /// The number of the newest attempt; 0 before the first.
    public internal(set) var attempt = 0
    /// The kernel boot id of the newest attempt's stage.
    public internal(set) var stageBootID: String?
    public internal(set) var phase: PhaseName?
    public internal(set) var progress: PhaseProgress?
    /// Milliseconds of the newest attempt's finished phases.
    public internal(set) var phaseMilliseconds: [String: Int] = [:]
    public internal(set) var failure: DeploymentFailure?
    public internal(set) var proof: WriteProof?
    public internal(set) var callHome: CallHome?
    /// Seconds since 1970 of the newest attempt's start.
    public internal(set) var startedAt: Int64?
    /// Seconds since 1970 at which the newest attempt's stage was last heard.
    public internal(set) var lastContactAt: Int64?
    public internal(set) var committedAt: Int64?
    public internal(set) var endedAt: Int64?

    public init(
        id: String, hostID: String, accountID: String, imageID: String, imageName: String, revision: Int,
        manifest: ChunkDigest, diskRule: String, mayOverwrite: Bool, disk: Disk?, nonce: String, createdAt: Int64,
        expiresAt: Int64, maximumAttempts: Int = 3
    ) {
        self.id = id
        self.hostID = hostID
        self.accountID = accountID
        self.imageID = imageID
        self.imageName = imageName
        self.revision = revision
        self.manifest = manifest
        self.diskRule = diskRule
        self.mayOverwrite = mayOverwrite
        self.disk = disk
        self.nonce = nonce
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.maximumAttempts = maximumAttempts
    }

    /// `debian-12 revision 3`.
    public var imageLabel: String { "\(imageName) revision \(revision)" }
}

/// How far the running phase is.
public struct PhaseProgress: Codable, Hashable, Sendable {
    /// Bytes.
    public var done: UInt64
    /// Bytes.
    public var total: UInt64
    /// Seconds since 1970 at which the phase began.
    public var since: Int64

    public init(done: UInt64, total: UInt64, since: Int64) {
        self.done = done
        self.total = total
        self.since = since
    }
}

/// Why an attempt, or the whole deployment, failed.
public struct DeploymentFailure: Codable, Hashable, Sendable {
    public var attempt: Int
    public var phase: PhaseName?
    public var code: FailureCode
    public var message: String

    public init(attempt: Int, phase: PhaseName?, code: FailureCode, message: String) {
        self.attempt = attempt
        self.phase = phase
        self.code = code
        self.message = message
    }
}

/// Why an event does not fit the deployment's state.
public enum DeploymentRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The event is not possible in this state.
    case notPossible(DeploymentState)
    /// The attempt is not the newest one.
    case superseded(attempt: Int, newest: Int)
    /// The order ran out.
    case expired
    /// The nonce is not the order's.
    case wrongNonce
    /// The call home came from the stage itself.
    case calledFromStage
    /// The call home came from another disk than the ordered one.
    case wrongDisk(found: String, expected: String)

    public var description: String {
        switch self {
        case .notPossible(let state): "the deployment is \(state.rawValue)"
        case .superseded(let attempt, let newest): "attempt \(attempt) was superseded by attempt \(newest)"
        case .expired: "the order has expired"
        case .wrongNonce: "the nonce is not this order's"
        case .calledFromStage: "the boot id is the stage's own: the installed system has not started"
        case .wrongDisk(let found, let expected): "the root disk is \(found), ordered was \(expected)"
        }
    }
}
