/// How far a server follows what a client asks for.
package struct TFTPLimits: Hashable, Sendable {
    /// Octets in a block at most; 1468 fit a datagram of Ethernet's 1500 octets without fragments.
    package var blockSize: Int
    /// Blocks in a window at most.
    package var windowSize: Int
    /// Seconds between repetitions at most; a longer `timeout` is not accepted.
    package var timeout: Int
    /// Repetitions of one window before the transfer ends.
    package var repetitions: Int

    package init(blockSize: Int = 1468, windowSize: Int = 64, timeout: Int = 30, repetitions: Int = 6) {
        self.blockSize = min(max(blockSize, 512), 65464)
        self.windowSize = min(max(windowSize, 1), 65535)
        self.timeout = min(max(timeout, 1), 255)
        self.repetitions = max(repetitions, 1)
    }
}
