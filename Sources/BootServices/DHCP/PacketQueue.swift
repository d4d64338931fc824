import LinuxSystem
import NIOCore
import NetworkTypes

/// The datagrams of a link that wait for their turn. Those of known clients come before all others and wait in a place
/// of their own, so that no flood of strangers keeps a known client from being answered.
struct PacketQueue {
    /// A datagram, and the number of the socket that it came by.
    struct Packet {
        let datagram: UDPDatagram
        let socket: Int
    }

    /// Packets that may wait in each place; clients of what is above it ask again.
    private static let capacity = 4096

    private let knownClients: KnownClients
    private var known = CircularBuffer<Packet>()
    private var strangers = CircularBuffer<Packet>()
    /// How many packets found no room since this was last asked.
    private var dropped = 0

    init(known: KnownClients) { knownClients = known }

    var isEmpty: Bool { known.isEmpty && strangers.isEmpty }

    /// Takes a packet in, or drops it where too many wait.
    mutating func put(_ packet: Packet) {
        let isKnown = Self.sender(of: packet.datagram.payload).map(knownClients.contains) ?? false
        guard (isKnown ? known : strangers).count < Self.capacity else {
            dropped += 1
            return
        }
        if isKnown { known.append(packet) } else { strangers.append(packet) }
    }

    /// The next packet; nil where none waits.
    mutating func take() -> Packet? { known.popFirst() ?? strangers.popFirst() }

    /// How many packets were dropped since the last call.
    mutating func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }

    /// chaddr of an Ethernet client (RFC 2131 section 2), unchecked; nil where the packet is too short for it.
    private static func sender(of data: ByteBuffer) -> MACAddress? {
        data.viewBytes(at: data.readerIndex + 28, length: 6).flatMap { MACAddress($0) }
    }
}
