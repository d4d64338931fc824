import NIOCore
import NetworkTypes
import Synchronization

/// The datagrams of one socket that wait for their turn. Those of known clients come before all others and wait in a
/// place of their own, so that no flood of strangers keeps a known client from being answered.
final class PacketQueue: Sendable {
    typealias Packet = AddressedEnvelope<ByteBuffer>

    /// A packet whose turn it is.
    struct Turn: Sendable {
        let packet: Packet
        /// How many packets of strangers found no room since the last turn.
        let dropped: Int
    }

    private struct State {
        var known = CircularBuffer<Packet>()
        var strangers = CircularBuffer<Packet>()
        var dropped = 0

        mutating func put(_ packet: Packet, isKnown: Bool) -> Bool {
            guard (isKnown ? known : strangers).count < PacketQueue.capacity else {
                dropped += 1
                return false
            }
            if isKnown { known.append(packet) } else { strangers.append(packet) }
            return true
        }

        mutating func take() -> Turn? {
            guard let packet = known.popFirst() ?? strangers.popFirst() else { return nil }
            defer { dropped = 0 }
            return Turn(packet: packet, dropped: dropped)
        }
    }

    /// Packets that may wait in each place; clients of what is above it ask again.
    private static let capacity = 1024

    /// Says that packets wait; ends when the socket's channel does.
    let signals: AsyncThrowingStream<Void, any Error>
    private let signal: AsyncThrowingStream<Void, any Error>.Continuation
    private let state = Mutex(State())
    private let known: KnownClients

    init(known: KnownClients) {
        self.known = known
        (signals, signal) = AsyncThrowingStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes a packet in, or drops it where too many wait.
    func put(_ packet: Packet) {
        let isKnown = Self.sender(of: packet.data).map(known.contains) ?? false
        if state.withLock({ $0.put(packet, isKnown: isKnown) }) { signal.yield() }
    }

    /// The next packet; nil where none waits.
    func take() -> Turn? { state.withLock { $0.take() } }

    /// No packet comes any more.
    func finish(_ error: (any Error)? = nil) { signal.finish(throwing: error) }

    /// chaddr of an Ethernet client (RFC 2131 section 2), unchecked; nil where the packet is too short for it.
    private static func sender(of data: ByteBuffer) -> MACAddress? {
        data.getBytes(at: data.readerIndex + 28, length: 6).flatMap { MACAddress($0) }
    }
}
