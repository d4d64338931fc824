public import NetworkTypes

/// What a DHCP packet tells of a client that wants to boot.
public struct BootRequest: Hashable, Sendable {
    public var mac: MACAddress
    /// xid of a DISCOVER, by which an attempt to boot begins; nil for the packets that follow it.
    public var attempt: UInt32?
    /// Option 93; nil where the client sent none.
    public var architecture: ClientArchitecture?
    /// What option 60 says the client is.
    public var clientClass: BootClientClass
    /// Option 77 is `iPXE`: our loader is running already.
    public var isIPXE: Bool
    /// The server's own address on the network that the packet came from.
    public var server: IPv4Address
    /// An address in the client's subnet: the server's own, or that of the relay.
    public var link: IPv4Address

    /// - Parameter link: nil where the client is on the server's own network.
    public init(
        mac: MACAddress, attempt: UInt32?, architecture: ClientArchitecture?, clientClass: BootClientClass,
        isIPXE: Bool, server: IPv4Address, link: IPv4Address? = nil
    ) {
        self.mac = mac
        self.attempt = attempt
        self.architecture = architecture
        self.clientClass = clientClass
        self.isIPXE = isIPXE
        self.server = server
        self.link = link ?? server
    }
}

/// What a client's vendor class (option 60) says it is.
public enum BootClientClass: Hashable, Sendable {
    /// `PXEClient…`
    case pxe
    /// `HTTPClient…`
    case http
    /// Neither: an ordinary DHCP client, which gets no boot file.
    case other
}

/// What DHCP tells a client to boot.
public enum BootAnswer: Hashable, Sendable {
    /// siaddr/option 66 and file/option 67 for TFTP.
    case tftp(server: IPv4Address, file: String)
    /// A URL in file/option 67; firmware (`HTTPClient`) also wants option 60 `HTTPClient` back.
    case http(url: String)
    /// No boot file; `reason` goes to the log.
    case none(reason: String)
}

/// Chooses the boot file for a DHCP client. Must answer from memory: it is asked between a packet and its answer, for
/// each packet of an exchange.
public protocol BootFileChoosing: Sendable {
    func answer(to request: BootRequest) -> BootAnswer
}
