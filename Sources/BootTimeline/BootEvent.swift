public import NetworkTypes

/// One thing that happened while a host booted.
public struct BootEvent: Codable, Hashable, Sendable {
    /// Milliseconds since 1970.
    public var at: Int64
    /// The NIC that boots; the host that it belongs to is looked up when events are read.
    public var mac: MACAddress
    public var occurrence: BootOccurrence

    public init(at: Int64, mac: MACAddress, occurrence: BootOccurrence) {
        self.at = at
        self.mac = mac
        self.occurrence = occurrence
    }
}

/// What happened.
public enum BootOccurrence: Codable, Hashable, Sendable {
    /// A DHCP message of the host came in.
    case received(DHCPRecord)
    /// A DHCP message to the host went out.
    case answered(DHCPRecord)
    /// A DHCP message of the host got no answer.
    case unanswered(DHCPRecord, UnansweredReason, detail: String)
    /// Another DHCP server was heard answering the host.
    case foreignAnswer(DHCPRecord, ForeignServer)
    /// A file was sent to the host, or was to be.
    case transfer(TransferRecord)
    /// The host's loader asked what to do.
    case script(ScriptRecord)
    /// The stage greeted the server.
    case greeting(firmware: FirmwareMode, secureBoot: Bool?)
    /// A deployment moved on to a phase.
    case phase(deployment: String, name: String)
    /// A deployment ended: its state and what it said.
    case deploymentEnded(deployment: String, state: String, message: String?)
    /// The installed system called home.
    case firstBoot(deployment: String)
    /// The host was silent after a loader, and is offered the next one.
    case fallback(from: String, to: String)
    /// The host came back again and again without progress, and is parked.
    case parked(reason: String)
    /// By where the host stands it is to be called `name`, but another host, `holder`, has that name.
    case nameTaken(name: String, holder: String)
}

/// Why a DHCP message got no answer, as far as a diagnosis needs to tell the cases apart. An open set.
public struct UnansweredReason: RawRepresentable, Codable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// No address is free in the client's subnet.
    public static let poolExhausted = UnansweredReason(rawValue: "poolExhausted")
    /// No subnet is planned for the client's network.
    public static let noSubnet = UnansweredReason(rawValue: "noSubnet")
    /// The client talks to another server.
    public static let anotherServer = UnansweredReason(rawValue: "anotherServer")
    /// Nothing is answered on the client's network, because another server gives addresses there.
    public static let networkTaken = UnansweredReason(rawValue: "networkTaken")
    /// The lease could not be written down.
    public static let storeFailed = UnansweredReason(rawValue: "storeFailed")
    /// Whatever else the rules say.
    public static let rules = UnansweredReason(rawValue: "rules")
}

/// The fields and options of a DHCP message that matter for a boot.
public struct DHCPRecord: Codable, Hashable, Sendable {
    /// `DISCOVER`, `OFFER`, ...
    public var type: String
    /// The server's UDP port: 67, or 4011 (PXE boot server).
    public var port: UInt16 = 67
    /// The interface on the server's side.
    public var interface: String
    /// yiaddr of an answer; option 50 or ciaddr of a request.
    public var address: IPv4Address?
    /// giaddr.
    public var relay: IPv4Address?
    /// Option 54.
    public var server: IPv4Address?
    /// Option 60.
    public var vendorClass: String?
    /// Option 93, the first.
    public var architecture: ClientArchitecture?
    /// Option 77 is iPXE.
    public var isIPXE = false
    /// The boot file or URL of an answer.
    public var bootFile: String?
    /// Why an answer carries no boot file: there is none for the architecture, or the client does not boot.
    public var noBootFile: String?
    /// True for proxyDHCP: no address is given.
    public var isProxy = false
    /// Whether a probe found another machine at the address that was to be given.
    public var conflict: IPv4Address?

    public init(type: String, interface: String) {
        self.type = type
        self.interface = interface
    }
}

/// A DHCP server that is not ours.
public struct ForeignServer: Codable, Hashable, Sendable {
    /// Option 54, or the packet's source.
    public var address: IPv4Address
    /// The sender's hardware address, where it was seen: a router's for servers elsewhere.
    public var mac: MACAddress?

    public init(address: IPv4Address, mac: MACAddress?) {
        self.address = address
        self.mac = mac
    }
}

/// One file on its way to a host.
public struct TransferRecord: Codable, Hashable, Sendable {
    public enum Service: String, Codable, Hashable, Sendable { case tftp, http }

    /// How a transfer ended. `stalled`: the client went silent before the last octet was acknowledged.
    public enum Ending: String, Codable, Hashable, Sendable { case complete, stalled, aborted, missing, failed }

    public var service: Service
    public var file: String
    /// Octets sent and acknowledged.
    public var bytes: Int
    /// From the request to the end.
    public var milliseconds: Int
    /// TFTP: the block size that was agreed, in octets.
    public var blockSize: Int?
    public var ending: Ending
    /// What the client or the system said, where it ended badly.
    public var detail: String?

    public init(
        service: Service, file: String, bytes: Int, milliseconds: Int, blockSize: Int? = nil, ending: Ending,
        detail: String? = nil
    ) {
        self.service = service
        self.file = file
        self.bytes = bytes
        self.milliseconds = milliseconds
        self.blockSize = blockSize
        self.ending = ending
        self.detail = detail
    }
}

/// What a loader was told.
public struct ScriptRecord: Codable, Hashable, Sendable {
    public enum Loader: String, Codable, Hashable, Sendable { case ipxe, grub }
    public enum Plan: String, Codable, Hashable, Sendable { case stage, localDisk, failure }

    public var loader: Loader
    public var plan: Plan

    public init(loader: Loader, plan: Plan) {
        self.loader = loader
        self.plan = plan
    }
}
