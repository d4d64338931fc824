public import ImageFormat
public import NetworkTypes

/// The order that a stage carries out: which revision goes onto which disk of which host. Signed by the server as a
/// `SignedDocument`, one-shot and expiring; nothing is ever written without one.
public struct Order: Codable, Hashable, Sendable {
    /// Always `ingot-order`, so that no other signed document can pass for an order.
    public var kind: String
    /// The version of the agent protocol: 1.
    public var protocolVersion: Int
    public var deploymentID: String
    /// 1...`maximumAttempts`.
    public var attempt: Int
    public var maximumAttempts: Int
    /// The host that the order is bound to; the agent refuses an order whose MACs are none of its own.
    public var host: HostBinding
    /// The disk that the order is bound to, chosen by the server from the greeting's inventory.
    public var disk: DiskBinding
    /// The revision to write: the SHA-256 of its manifest's exact bytes.
    public var manifest: ChunkDigest
    /// `debian-12 revision 3`, for people.
    public var imageLabel: String
    /// 128 random bits in hexadecimal, which the installed system's call home returns.
    public var nonce: String
    /// Seconds since 1970.
    public var issuedAt: Int64
    /// Seconds since 1970; past it the order is refused.
    public var expiresAt: Int64
    /// What to do, in order.
    public var phases: [PhaseName]
    /// Files to write into the installed system's root file system.
    public var files: [InjectedFile]
    /// Symbolic links to make there.
    public var links: [InjectedLink]

    public static let kindName = "ingot-order"
    public static let currentProtocolVersion = 1

    public init(
        deploymentID: String, attempt: Int, maximumAttempts: Int, host: HostBinding, disk: DiskBinding,
        manifest: ChunkDigest, imageLabel: String, nonce: String, issuedAt: Int64, expiresAt: Int64,
        phases: [PhaseName] = PhaseName.all, files: [InjectedFile], links: [InjectedLink]
    ) {
        kind = Self.kindName
        protocolVersion = Self.currentProtocolVersion
        self.deploymentID = deploymentID
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.host = host
        self.disk = disk
        self.manifest = manifest
        self.imageLabel = imageLabel
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.phases = phases
        self.files = files
        self.links = links
    }
}

/// The host that an order is for.
public struct HostBinding: Codable, Hashable, Sendable {
    public var systemUUID: SystemUUID?
    /// Every MAC address the server knows of the host; at least one must be present.
    public var macs: [MACAddress]

    public init(systemUUID: SystemUUID?, macs: [MACAddress]) {
        self.systemUUID = systemUUID
        self.macs = macs
    }
}

/// The disk that an order is for. The agent checks every field again on the open device.
public struct DiskBinding: Codable, Hashable, Sendable {
    public var serial: String?
    public var wwn: String?
    /// Bytes.
    public var size: UInt64
    public var sectorSize: Int
    public var transport: DiskTransport
    /// Decides where neither serial nor WWN is known.
    public var path: String
    /// Whether a disk that holds a foreign system may be overwritten.
    public var mayOverwrite: Bool

    public init(of disk: Disk, mayOverwrite: Bool) {
        serial = disk.serial
        wwn = disk.wwn
        size = disk.size
        sectorSize = disk.sectorSize
        transport = disk.transport
        path = disk.path
        self.mayOverwrite = mayOverwrite
    }

    /// True if `disk` is the one that was bound: identity by serial and WWN, by path only where the disk has neither.
    public func matches(_ disk: Disk) -> Bool {
        disk.serial == serial && disk.wwn == wwn && disk.size == size && disk.sectorSize == sectorSize
            && disk.transport == transport && (serial != nil || wwn != nil || disk.path == path)
    }
}

/// One step of a deployment, in the order in which they run.
public enum PhaseName: String, Codable, Hashable, Sendable, CaseIterable {
    case inspect, selectDisk, invalidate, write, verify, grow, inject, bootloader, commit, report, reboot

    public static let all: [PhaseName] = allCases
}

/// A file for the installed system.
public struct InjectedFile: Codable, Hashable, Sendable {
    /// Absolute, normalised, below `/`.
    public var path: String
    /// Permission bits, decimal in JSON: 384 is 0600.
    public var mode: UInt32
    /// UTF-8.
    public var content: String

    public init(path: String, mode: UInt32, content: String) {
        self.path = path
        self.mode = mode
        self.content = content
    }
}

/// A symbolic link for the installed system.
public struct InjectedLink: Codable, Hashable, Sendable {
    public var path: String
    public var target: String

    public init(path: String, target: String) {
        self.path = path
        self.target = target
    }
}
