/// How many packets are kept.
package struct CaptureLimits: Hashable, Sendable {
    /// The newest packets of one MAC address...
    package var packets: Int
    /// ...and of these, as many as fit in so many octets.
    package var bytes: Int
    /// MAC addresses; those that have been silent longest are forgotten first.
    package var macs: Int

    package init(packets: Int = 256, bytes: Int = 64 << 10, macs: Int = 1000) {
        self.packets = max(packets, 1)
        self.bytes = max(bytes, 1)
        self.macs = max(macs, 1)
    }
}
