public import AgentProtocol
public import NetworkTypes

/// One bare-metal server as the server knows it.
public struct Host: Codable, Hashable, Sendable {
    public let id: String
    /// Unique; given by an operator, taken from where the host stands, or made from the boot NIC's MAC.
    public var name: String
    /// The name that was taken from where it stands last; nil where none was.
    public var placedName: String?
    /// The account that may deploy it, beside the operators; nil: only they may.
    public var accountID: String?
    public var systemUUID: SystemUUID?
    public var serial: String?
    /// Every MAC address ever reported, sorted.
    public var macs: [MACAddress]
    public var standing: HostStanding
    /// Protected hosts always start their own disk, and no order is taken for them.
    public var isProtected: Bool
    public var inventory: Inventory?
    /// Seconds since 1970.
    public var firstSeen: Int64
    /// Seconds since 1970.
    public var lastSeen: Int64

    public init(
        id: String, name: String, systemUUID: SystemUUID?, serial: String?, macs: [MACAddress],
        standing: HostStanding, isProtected: Bool, inventory: Inventory?, firstSeen: Int64, lastSeen: Int64
    ) {
        self.id = id
        self.name = name
        self.systemUUID = systemUUID
        self.serial = serial
        self.macs = macs
        self.standing = standing
        self.isProtected = isProtected
        self.inventory = inventory
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }

    /// What a host is called that nothing else names.
    public static func madeName(for bootMAC: MACAddress) -> String {
        "host-" + bootMAC.bytes.map(hexByte).joined()
    }

    /// False where the name was made, or taken from where the host stands.
    public var isNamedByOperator: Bool {
        name != placedName && !macs.contains { name == Self.madeName(for: $0) }
    }

    /// Takes over what a greeting reported.
    public mutating func update(from inventory: Inventory, now: Int64) {
        self.inventory = inventory
        systemUUID = inventory.identifyingUUID ?? systemUUID
        serial = inventory.serial ?? serial
        macs = Set(macs).union(inventory.nics.map(\.mac)).sorted()
        lastSeen = now
    }

    /// True if a greeting with `inventory` from `bootMAC` can be this host's: it is of the same board, and the MAC is
    /// one of its own.
    public func isPlausible(_ inventory: Inventory, bootMAC: MACAddress) -> Bool {
        isSameBoard(inventory) && inventory.nics.contains { $0.mac == bootMAC }
    }

    /// True if `inventory` can be of this host's board: UUID and serial number agree where both sides know them.
    public func isSameBoard(_ inventory: Inventory) -> Bool {
        if let known = systemUUID, let reported = inventory.identifyingUUID, known != reported,
            known != reported.swapped
        {
            return false
        }
        guard let serial, let reported = inventory.serial else { return true }
        return serial == reported
    }
}

extension Inventory {
    /// The system UUID unless it is one of the values that mean "none".
    public var identifyingUUID: SystemUUID? { systemUUID.flatMap { $0.isIdentifying ? $0 : nil } }
}

/// What an operator decided about a host.
public enum HostStanding: String, Codable, Hashable, Sendable, CaseIterable {
    /// It turned up by itself and waits for an operator.
    case discovered
    /// An operator accepted it: orders may be given.
    case accepted
    /// It runs an image that we wrote: it starts its own disk.
    case deployed
}
