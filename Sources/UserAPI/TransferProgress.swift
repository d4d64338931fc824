/// How far a phase or an import is.
package struct TransferProgress: Codable, Hashable, Sendable {
    /// Bytes.
    package var done: UInt64
    /// Bytes; 0 while it is not known.
    package var total: UInt64
    /// Bytes per second since the phase began; nil while it is too young to tell.
    package var rate: UInt64?
    /// Seconds that remain at this rate; nil where that cannot be told.
    package var secondsLeft: UInt64?

    package init(done: UInt64, total: UInt64, rate: UInt64?, secondsLeft: UInt64?) {
        self.done = done
        self.total = total
        self.rate = rate
        self.secondsLeft = secondsLeft
    }

    /// The progress of something that began `elapsed` seconds ago.
    package init(done: UInt64, total: UInt64, elapsed: Int64) {
        self.done = done
        self.total = total
        guard elapsed > 0, done > 0 else { return }
        let rate = max(done / UInt64(elapsed), 1)
        self.rate = rate
        if total >= done { secondsLeft = (total - done) / rate }
    }

    /// 0...1; nil while the total is not known.
    package var fraction: Double? { total == 0 ? nil : min(Double(done) / Double(total), 1) }
}
