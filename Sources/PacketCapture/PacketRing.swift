/// The newest packets of one MAC address.
struct PacketRing: Sendable {
    /// Oldest first.
    private(set) var packets: [CapturedPacket] = []
    private var size = 0

    /// Keeps a packet and forgets the oldest beyond the limits; the newest stays in any case.
    mutating func append(_ packet: CapturedPacket, limits: CaptureLimits) {
        packets.append(packet)
        size += packet.bytes.count
        var surplus = 0
        while packets.count - surplus > 1, packets.count - surplus > limits.packets || size > limits.bytes {
            size -= packets[surplus].bytes.count
            surplus += 1
        }
        packets.removeFirst(surplus)
    }
}
