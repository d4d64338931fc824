package import NetworkTypes

/// A DHCPv4 message (RFC 2131 section 2), its options joined from wherever they stood.
package struct Message: Hashable, Sendable {
    /// The direction of a message.
    package struct Operation: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let bootRequest = Operation(rawValue: 1)
        package static let bootReply = Operation(rawValue: 2)
    }

    package var operation: Operation
    /// 1 is Ethernet.
    package var hardwareType: UInt8 = 1
    /// chaddr: 0 to 16 octets.
    package var hardwareAddress: [UInt8]
    package var hops: UInt8 = 0
    package var transactionID: UInt32
    /// Seconds since the client began.
    package var seconds: UInt16 = 0
    package var flags: UInt16 = 0
    /// ciaddr: the address that the client has and answers ARP for.
    package var clientAddress = IPv4Address.any
    /// yiaddr: the address that the client gets.
    package var yourAddress = IPv4Address.any
    /// siaddr: the server of the next boot step.
    package var nextServer = IPv4Address.any
    /// giaddr: the relay agent that passed the message on.
    package var relayAddress = IPv4Address.any
    /// sname up to its first NUL: at most 64 octets; empty where it holds options.
    package var serverName: [UInt8] = []
    /// file up to its first NUL: at most 128 octets; empty where it holds options.
    package var bootFile: [UInt8] = []
    package var options = OptionList()

    package init(operation: Operation, hardwareAddress: [UInt8], transactionID: UInt32) {
        self.operation = operation
        self.hardwareAddress = hardwareAddress
        self.transactionID = transactionID
    }

    /// The broadcast flag: the client cannot take unicast before it has an address (RFC 2131 section 4.1).
    package var wantsBroadcast: Bool {
        get { flags & 0x8000 != 0 }
        set { flags = newValue ? flags | 0x8000 : flags & 0x7FFF }
    }

    /// The Ethernet address of the client; nil where chaddr is not one that a host can have.
    package var macAddress: MACAddress? {
        guard hardwareType == 1, let mac = MACAddress(hardwareAddress), !mac.isMulticast, mac != .zero else {
            return nil
        }
        return mac
    }

    /// Option 53; nil where it is absent (BOOTP), `DHCPError` where it is malformed.
    package var type: MessageType? {
        get throws(DHCPError) { try options.value(KnownOptions.messageType) }
    }
}
