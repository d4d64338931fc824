import BootPolicy
import DHCP
import LeasePolicy
import NetworkTypes

/// A message of a client, with what the lease and boot rules need of it read out.
struct ClientMessage: Sendable {
    let message: Message
    let type: MessageType
    let mac: MACAddress
    let source: DatagramSource
    let query: LeaseQuery
    let bootRequest: BootRequest
    /// What the relay agent added; nil where none passed the message on, or it added nothing.
    let relayAgent: RelayAgentInformation?
    /// What answers name as the server (option 54): the interface's address, or what the relay agent wants there.
    let serverIdentifier: IPv4Address
    /// Octets that the client takes in a DHCP message without IP and UDP headers: 548...1472.
    let maximumSize: Int

    /// `DHCPError` where the message is not a client's, or an option that decides about addresses is malformed. What
    /// only describes the client may be malformed: it counts as absent.
    init(_ message: Message, on interface: DHCPInterface, from source: DatagramSource) throws(DHCPError) {
        guard message.operation == .bootRequest else {
            throw DHCPError(offset: 0, expected: "a BOOTREQUEST", actual: "operation \(message.operation.rawValue)")
        }
        guard let mac = message.macAddress else {
            let found = "type \(message.hardwareType), \(message.hardwareAddress.count) octets"
            throw DHCPError(offset: 28, expected: "the Ethernet address of a host", actual: found)
        }
        guard let type = try message.type else {
            throw DHCPError(option: KnownOptions.messageType.code, offset: 0, expected: "a type", actual: "BOOTP")
        }
        let isRelayed = !message.relayAddress.isUnspecified
        // Without a relay agent option 82 is nobody's word that could be trusted.
        let relayAgent: RelayAgentInformation? =
            try isRelayed ? message.options.value(KnownOptions.relayAgentInformation) : nil
        let standIn = try relayAgent?.serverIdentifierOverride
        self.message = message
        self.type = type
        self.mac = mac
        self.source = source
        self.relayAgent = relayAgent
        serverIdentifier = standIn ?? interface.address
        query = try Self.query(message, mac: mac, relayAgent: relayAgent, on: interface)
        bootRequest = Self.bootRequest(message, type, mac: mac, server: interface.address, link: query.link)
        maximumSize = min(max(Int(message.options.lenient(KnownOptions.maximumMessageSize) ?? 576), 576), 1500) - 28
    }

    /// Where answers of port 4011 go; nil for a client without an address.
    var bootClient: ReplyDestination? {
        let address = message.clientAddress.isUnspecified ? source.senderAddress : message.clientAddress
        return address.isUnspecified ? nil : .bootClient(address, port: source.senderPort)
    }

    /// The link that the relay agent names (RFC 3527), the subnet that the client names (RFC 3011), giaddr, the
    /// interface, in this order. A server that the relay agent stands in for is this one (RFC 5107).
    private static func query(
        _ message: Message, mac: MACAddress, relayAgent: RelayAgentInformation?, on interface: DHCPInterface
    ) throws(DHCPError) -> LeaseQuery {
        let isRelayed = !message.relayAddress.isUnspecified
        var selected: IPv4Address? = try relayAgent?.linkSelection
        if selected == nil { selected = try message.options.value(KnownOptions.subnetSelection) }
        let asked: IPv4Address? = try message.options.value(KnownOptions.serverIdentifier)
        let standIn = try relayAgent?.serverIdentifierOverride
        return LeaseQuery(
            mac: mac, link: selected ?? (isRelayed ? message.relayAddress : interface.address),
            isRelayed: isRelayed || selected != nil, clientAddress: message.clientAddress,
            requested: try message.options.value(KnownOptions.requestedAddress),
            server: asked != nil && asked == standIn ? interface.address : asked,
            hostName: message.options.lenient(KnownOptions.hostName))
    }

    private static func bootRequest(
        _ message: Message, _ type: MessageType, mac: MACAddress, server: IPv4Address, link: IPv4Address
    ) -> BootRequest {
        let options = message.options
        return BootRequest(
            mac: mac, attempt: type == .discover ? message.transactionID : nil,
            architecture: options.lenient(KnownOptions.clientArchitecture)?.first,
            clientClass: clientClass(options.lenient(KnownOptions.vendorClass)),
            isIPXE: options.lenient(KnownOptions.userClass)?.holds("iPXE") ?? false, server: server, link: link)
    }

    private static func clientClass(_ vendorClass: String?) -> BootClientClass {
        guard let vendorClass else { return .other }
        if vendorClass.hasPrefix("PXEClient") { return .pxe }
        return vendorClass.hasPrefix("HTTPClient") ? .http : .other
    }
}
