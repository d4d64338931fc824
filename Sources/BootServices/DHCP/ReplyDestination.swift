import DHCP
import NetworkTypes

/// Where a reply goes (RFC 2131 section 4.1).
enum ReplyDestination: Hashable, Sendable {
    /// To the relay agent, port 67.
    case relay(IPv4Address)
    /// To a client that has its address already, port 68.
    case client(IPv4Address)
    /// To everyone on the link, port 68.
    case broadcast
    /// To the hardware address of a client that does not answer ARP for its address yet, port 68.
    case hardware(MACAddress, IPv4Address)
    /// To a client that asked port 4011: firmware waits at the port that it sent from, which is 68 or 4011.
    case bootClient(IPv4Address, port: UInt16)

    init(_ reply: Message, type: MessageType) {
        if !reply.relayAddress.isUnspecified {
            self = .relay(reply.relayAddress)
        } else if type == .nak {
            self = .broadcast
        } else if !reply.clientAddress.isUnspecified {
            self = .client(reply.clientAddress)
        } else if !reply.wantsBroadcast, let mac = reply.macAddress, !reply.yourAddress.isUnspecified {
            self = .hardware(mac, reply.yourAddress)
        } else {
            self = .broadcast
        }
    }
}
