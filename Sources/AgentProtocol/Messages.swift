public import ImageFormat
public import NetworkTypes

/// POST `/agent/v1/greet`, with the boot token as bearer: the stage's first word.
public struct Greeting: Codable, Hashable, Sendable {
    public var protocolVersion: Int
    /// The kernel's `/proc/sys/kernel/random/boot_id`; the call home must come from another boot.
    public var bootID: String
    /// The NIC that the host booted from.
    public var bootMAC: MACAddress
    public var inventory: Inventory

    public init(bootID: String, bootMAC: MACAddress, inventory: Inventory) {
        protocolVersion = Order.currentProtocolVersion
        self.bootID = bootID
        self.bootMAC = bootMAC
        self.inventory = inventory
    }
}

/// The answer to a greeting.
public struct Welcome: Codable, Hashable, Sendable {
    /// The bearer token for everything else that this stage asks; the boot token is worthless from now on.
    public var sessionToken: String
    public var assignment: Assignment
    /// The server's time, seconds since 1970: a host's own clock may be wrong, and orders expire by this one.
    public var serverTime: Int64

    public init(sessionToken: String, assignment: Assignment, serverTime: Int64) {
        self.sessionToken = sessionToken
        self.assignment = assignment
        self.serverTime = serverTime
    }
}

/// What the stage is to do now: the answer to GET `/agent/v1/assignment` and part of the welcome.
public enum Assignment: Codable, Hashable, Sendable {
    /// Nothing is to be written. Show `reason` and ask again after `retryAfter` seconds.
    case wait(reason: String, retryAfter: Int)
    /// Carry out this signed order.
    case deploy(SignedDocument)
    /// Reboot: the order was cancelled or the host is to start its own disk.
    case reboot(reason: String)
}

/// POST `/agent/v1/events`: what happened since the last report, oldest first.
public struct EventBatch: Codable, Hashable, Sendable {
    public var events: [AgentEvent]

    public init(events: [AgentEvent]) { self.events = events }
}

/// One thing that a stage reports while it works.
public enum AgentEvent: Codable, Hashable, Sendable {
    /// A phase began.
    case phaseStarted(PhaseName)
    /// `done` of `total` bytes of the running phase.
    case progress(PhaseName, done: UInt64, total: UInt64)
    /// A phase ended well after `milliseconds`.
    case phaseFinished(PhaseName, milliseconds: Int)
    /// A line for the log.
    case log(String)
}

/// POST `/agent/v1/result`: how the order ended. A `committed` order is consumed by it.
public enum DeploymentResult: Codable, Hashable, Sendable {
    /// The disk holds the whole system and its partition table.
    case committed(WriteProof)
    /// A phase failed; the disk does not boot.
    case failed(phase: PhaseName, code: FailureCode, message: String)
}

/// What the stage measured and proved about the disk.
public struct WriteProof: Codable, Hashable, Sendable {
    /// The serial of the disk that was written, or its device path where it has none.
    public var diskIdentity: String
    /// Bytes that were fetched, in their compressed form.
    public var bytesFetched: UInt64
    /// Plain bytes that were written.
    public var bytesWritten: UInt64
    /// Bytes that were right already and were left alone.
    public var bytesSkipped: UInt64
    /// Bytes that were read back from the medium and compared: the whole disk image.
    public var bytesVerified: UInt64
    /// Milliseconds for each phase.
    public var phaseMilliseconds: [String: Int]

    public init(
        diskIdentity: String, bytesFetched: UInt64, bytesWritten: UInt64, bytesSkipped: UInt64, bytesVerified: UInt64,
        phaseMilliseconds: [String: Int]
    ) {
        self.diskIdentity = diskIdentity
        self.bytesFetched = bytesFetched
        self.bytesWritten = bytesWritten
        self.bytesSkipped = bytesSkipped
        self.bytesVerified = bytesVerified
        self.phaseMilliseconds = phaseMilliseconds
    }
}

/// Why a deployment failed, for programs. An open set.
public struct FailureCode: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// The order's signature, host, expiry or protocol version was not acceptable.
    public static let orderRefused = FailureCode(rawValue: "order-refused")
    /// No disk matches, several match, or the one that matches is not the one that was ordered.
    public static let diskSelection = FailureCode(rawValue: "disk-selection")
    /// The image cannot be put onto this disk: too small, other sector size, root not last.
    public static let imageUnfit = FailureCode(rawValue: "image-unfit")
    /// The manifest's signature or digest is wrong.
    public static let manifestRefused = FailureCode(rawValue: "manifest-refused")
    /// A chunk's bytes do not have its digest, again and again.
    public static let chunkRefused = FailureCode(rawValue: "chunk-refused")
    /// The server could not be reached for too long.
    public static let serverUnreachable = FailureCode(rawValue: "server-unreachable")
    /// The disk returned an error.
    public static let diskError = FailureCode(rawValue: "disk-error")
    /// What was read back is not what was written.
    public static let verifyMismatch = FailureCode(rawValue: "verify-mismatch")
    /// A disk tool failed.
    public static let toolFailed = FailureCode(rawValue: "tool-failed")
    /// The deployment was cancelled while the stage worked.
    public static let cancelled = FailureCode(rawValue: "cancelled")
    /// The disk was written and proven, but the installed system never called home.
    public static let neverCalledHome = FailureCode(rawValue: "never-called-home")
    /// Anything else: a defect of the agent.
    public static let `internal` = FailureCode(rawValue: "internal")
}

/// POST `/agent/v1/call-home` from the installed system, with the nonce in the body.
public struct CallHome: Codable, Hashable, Sendable {
    public var deploymentID: String
    public var nonce: String
    /// Must differ from the stage's.
    public var bootID: String
    public var machineID: String
    /// The serial of the disk under `/`, empty where it has none.
    public var rootDiskSerial: String
    /// The device path below `/sys/devices` of the disk under `/`.
    public var rootDiskPath: String
    /// `done`, `error`, `disabled`, ... as `cloud-init status` prints it.
    public var cloudInitStatus: String
    /// cloud-init's errors, where it reports any.
    public var cloudInitErrors: [String]

    public init(
        deploymentID: String, nonce: String, bootID: String, machineID: String, rootDiskSerial: String,
        rootDiskPath: String, cloudInitStatus: String, cloudInitErrors: [String]
    ) {
        self.deploymentID = deploymentID
        self.nonce = nonce
        self.bootID = bootID
        self.machineID = machineID
        self.rootDiskSerial = rootDiskSerial
        self.rootDiskPath = rootDiskPath
        self.cloudInitStatus = cloudInitStatus
        self.cloudInitErrors = cloudInitErrors
    }
}

/// The kernel command line's part of the contract: what a boot script passes to the stage.
public enum StageParameter {
    /// `ingot.server=http://10.0.0.1:8080`: the boot listener's base URL.
    public static let server = "ingot.server"
    /// `ingot.token=…`: the boot token.
    public static let token = "ingot.token"
    /// `BOOTIF=01-52-54-00-12-34-56`: the NIC that the loader used (hardware type, then MAC).
    public static let bootInterface = "BOOTIF"
}

/// Paths of the boot listener.
public enum AgentRoute {
    public static let greet = "/agent/v1/greet"
    public static let assignment = "/agent/v1/assignment"
    public static let events = "/agent/v1/events"
    public static let result = "/agent/v1/result"
    public static let callHome = "/agent/v1/call-home"

    /// GET; the manifest's exact bytes with signature, as a `SignedDocument` in JSON.
    public static func manifest(_ digest: ChunkDigest) -> String { "/manifests/\(digest)" }

    /// GET; one zstd frame.
    public static func chunk(_ digest: ChunkDigest) -> String { "/chunks/\(digest)" }
}

/// Where the site archive puts what the stage must trust.
public enum StageFile {
    /// The installation's Ed25519 keys, as `TrustedKeys(text:)` reads them.
    public static let trustedKeys = "/etc/ingot/trusted-keys"
    /// The installation's CA certificate in PEM.
    public static let certificateAuthority = "/etc/ingot/ca.pem"
}
