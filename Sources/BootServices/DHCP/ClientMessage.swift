import BootPolicy
import DHCP
import LeasePolicy
import NetworkTypes

/// A message of a client, with what the lease and boot rules need of it read out.
struct ClientMessage: Sendable {
    let message: Message
    let type: MessageType
    let mac: MACAddress
    let query: LeaseQuery
    let bootRequest: BootRequest
    /// Octets that the client takes in a DHCP message without IP and UDP headers: 548...1472.
    let maximumSize: Int

    /// `DHCPError` where the message is not a client's, or an option that decides about addresses is malformed. What
    /// only describes the client may be malformed: it counts as absent.
    init(_ message: Message, on interface: DHCPInterface) throws(DHCPError) {
        guard message.operation == .bootRequest else {
            throw DHCPError(offset: 0, expected: "a BOOTREQUEST", actual: "operation \(message.operation.rawValue)")
        }
        guard let mac = message.macAddress else {
            let found = "type \(message.hardwareType), \(message.hardwareAddress.count) octets"
            throw DHCPError(offset: 28, expected: "the Ethernet address of a host", actual: found)
        }
        guard let type = try message.type else {
            throw DHCPError(option: OptionFormat.messageType.code, offset: 0, expected: "a type", actual: "BOOTP")
        }
        self.message = message
        self.type = type
        self.mac = mac
        query = try Self.query(message, mac: mac, on: interface)
        bootRequest = Self.bootRequest(message, mac: mac, server: interface.address)
        maximumSize = min(max(Int(message.options.lenient(.maximumMessageSize) ?? 576), 576), 1500) - 28
    }

    private static func query(
        _ message: Message, mac: MACAddress, on interface: DHCPInterface
    ) throws(DHCPError) -> LeaseQuery {
        let isRelayed = !message.relayAddress.isUnspecified
        return LeaseQuery(
            mac: mac, link: isRelayed ? message.relayAddress : interface.address, isRelayed: isRelayed,
            clientAddress: message.clientAddress, requested: try message.options.value(.requestedAddress),
            server: try message.options.value(.serverIdentifier), hostName: message.options.lenient(.hostName))
    }

    private static func bootRequest(_ message: Message, mac: MACAddress, server: IPv4Address) -> BootRequest {
        let options = message.options
        return BootRequest(
            mac: mac, systemUUID: options.lenient(.machineIdentifier),
            architecture: options.lenient(.clientArchitecture)?.first,
            clientClass: clientClass(options.lenient(.vendorClass)),
            isIPXE: options.lenient(.userClass)?.holds("iPXE") ?? false, server: server)
    }

    private static func clientClass(_ vendorClass: String?) -> BootClientClass {
        guard let vendorClass else { return .other }
        if vendorClass.hasPrefix("PXEClient") { return .pxe }
        return vendorClass.hasPrefix("HTTPClient") ? .http : .other
    }
}

extension OptionList {
    /// The value of an option; nil where it is absent or malformed.
    fileprivate func lenient<Value>(_ format: OptionFormat<Value>) -> Value? {
        guard let bytes = self[format.code] else { return nil }
        return try? format.decode(bytes)
    }
}
