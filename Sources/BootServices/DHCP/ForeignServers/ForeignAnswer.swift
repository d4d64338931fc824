package import BootTimeline
package import DHCP
package import NetworkTypes

/// An OFFER, ACK or NAK that some server sent to some client.
package struct ForeignAnswer: Hashable, Sendable {
    /// chaddr.
    package var client: MACAddress
    /// The packet's source: the server itself, or a relay agent.
    package var source: IPv4Address
    package var server: ForeignServer
    package var record: DHCPRecord

    package init(client: MACAddress, source: IPv4Address, server: ForeignServer, record: DHCPRecord) {
        self.client = client
        self.source = source
        self.server = server
        self.record = record
    }

    /// Reads a frame that came in on `interface`; nil where it is no answer of a DHCP server.
    /// - Parameter mac: the sender's hardware address.
    package init?(_ frame: UDPFrame, from mac: MACAddress?, on interface: String) {
        var payload = frame.payload
        guard let message = try? payload.readDHCPMessage(), message.operation == .bootReply,
            let client = message.macAddress, let type = try? message.type,
            [MessageType.offer, .ack, .nak].contains(type), let name = type.name
        else { return nil }
        let identifier: IPv4Address? = try? message.options.value(KnownOptions.serverIdentifier)
        server = ForeignServer(address: identifier ?? frame.source, mac: mac)
        self.client = client
        source = frame.source
        record = DHCPRecord(type: name, interface: interface)
        record.port = frame.sourcePort
        record.address = message.yourAddress.isUnspecified ? nil : message.yourAddress
        record.relay = message.relayAddress.isUnspecified ? nil : message.relayAddress
        record.server = server.address
        record.vendorClass = Self.text(message.options[KnownOptions.vendorClass.code])
        record.bootFile = Self.text(message.options[KnownOptions.bootFileName.code]) ?? Self.text(message.bootFile)
        let isForBoot = record.vendorClass.map { $0.hasPrefix("PXEClient") || $0.hasPrefix("HTTPClient") } ?? false
        record.isProxy = isForBoot && record.address == nil && type != .nak
    }

    /// Whether the server decides about addresses. A NAK does, too: it takes a client's address away.
    package var decidesAddresses: Bool { record.address != nil || record.type == MessageType.nak.name }

    /// Octets of a stranger, fit for a log and a terminal: at most 128 before the first zero, and what is not printable
    /// ASCII as `?`.
    private static func text(_ bytes: [UInt8]?) -> String? {
        guard let text = bytes?.prefix(128).prefix(while: { $0 != 0 }), !text.isEmpty else { return nil }
        let printable = text.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: printable, as: UTF8.self)
    }
}
