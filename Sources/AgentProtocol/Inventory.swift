public import NetworkTypes

/// What a host's hardware is, as the stage found it.
public struct Inventory: Codable, Hashable, Sendable {
    /// SMBIOS system UUID, as `/sys/class/dmi/id/product_uuid` prints it; nil where the board has none.
    public var systemUUID: SystemUUID?
    /// SMBIOS system serial number; nil where empty.
    public var serial: String?
    public var vendor: String?
    public var product: String?
    /// How the stage was started: `/sys/firmware/efi` exists or not.
    public var firmware: FirmwareMode
    /// Whether Secure Boot is on; nil in BIOS mode or where the variable cannot be read.
    public var secureBoot: Bool?
    /// Total memory in bytes.
    public var memory: UInt64
    /// Logical processors.
    public var processors: Int
    public var nics: [NIC]
    public var disks: [Disk]

    public init(
        systemUUID: SystemUUID?, serial: String?, vendor: String?, product: String?, firmware: FirmwareMode,
        secureBoot: Bool?, memory: UInt64, processors: Int, nics: [NIC], disks: [Disk]
    ) {
        self.systemUUID = systemUUID
        self.serial = serial
        self.vendor = vendor
        self.product = product
        self.firmware = firmware
        self.secureBoot = secureBoot
        self.memory = memory
        self.processors = processors
        self.nics = nics
        self.disks = disks
    }
}

/// One network card.
public struct NIC: Codable, Hashable, Sendable {
    /// The stage's name for it, `eth0`; not stable, configuration goes by MAC.
    public var name: String
    /// The permanent address.
    public var mac: MACAddress
    /// The kernel driver's name.
    public var driver: String?
    /// Whether the carrier was up.
    public var hasLink: Bool
    /// Megabits per second, where the driver says.
    public var speed: Int?
    /// What the drivers of the card, and of what it hangs on, are found by: PCI and virtio ids. nil from old stages.
    public var modaliases: [String]?

    public init(
        name: String, mac: MACAddress, driver: String?, hasLink: Bool, speed: Int?, modaliases: [String]? = nil
    ) {
        self.name = name
        self.mac = mac
        self.driver = driver
        self.hasLink = hasLink
        self.speed = speed
        self.modaliases = modaliases
    }
}

/// One disk: what identifies it and what it is fit for.
public struct Disk: Codable, Hashable, Sendable {
    /// The stage's name for it, `sda`; not stable.
    public var name: String
    /// Size in bytes.
    public var size: UInt64
    /// Logical sector size in bytes.
    public var sectorSize: Int
    /// Serial number, trimmed; nil where the disk tells none.
    public var serial: String?
    /// World Wide Name or NVMe EUI/NGUID, as the kernel's `wwid` prints it.
    public var wwn: String?
    public var model: String?
    /// How the disk is attached.
    public var transport: DiskTransport
    public var isRemovable: Bool
    public var isReadOnly: Bool
    public var isRotational: Bool
    /// The device path below `/sys/devices`, which names the slot: identifies disks that have no serial.
    public var path: String
    /// Signatures found on it, as blkid names them: `gpt`, `ext4`, `LVM2_member`; empty for a blank disk.
    public var signatures: [String]
    /// What the drivers of the disk, and of the controllers that it hangs on, are found by: PCI, virtio and SCSI ids. nil
    /// from old stages.
    public var modaliases: [String]?

    public init(
        name: String, size: UInt64, sectorSize: Int, serial: String?, wwn: String?, model: String?,
        transport: DiskTransport, isRemovable: Bool, isReadOnly: Bool, isRotational: Bool, path: String,
        signatures: [String], modaliases: [String]? = nil
    ) {
        self.name = name
        self.size = size
        self.sectorSize = sectorSize
        self.serial = serial
        self.wwn = wwn
        self.model = model
        self.transport = transport
        self.isRemovable = isRemovable
        self.isReadOnly = isReadOnly
        self.isRotational = isRotational
        self.path = path
        self.signatures = signatures
        self.modaliases = modaliases
    }
}

/// How a disk is attached. An open set.
public struct DiskTransport: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let nvme = DiskTransport(rawValue: "nvme")
    public static let sata = DiskTransport(rawValue: "sata")
    public static let sas = DiskTransport(rawValue: "sas")
    public static let scsi = DiskTransport(rawValue: "scsi")
    public static let virtio = DiskTransport(rawValue: "virtio")
    public static let usb = DiskTransport(rawValue: "usb")
    public static let mmc = DiskTransport(rawValue: "mmc")
    /// A loop device: for benchmarks and tests on one machine; never chosen unless named by path.
    public static let loop = DiskTransport(rawValue: "loop")
    public static let unknown = DiskTransport(rawValue: "unknown")
}
