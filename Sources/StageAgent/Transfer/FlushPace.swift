import Synchronization

/// Flushes the disk again and again while it is filled: it empties its cache while the next chunks are fetched and
/// unpacked, and the last flush finds little to do. One flush runs at a time; whoever else writes goes on.
final class FlushPace: Sendable {
    private struct State {
        var written = 0
        var isFlushing = false
    }

    /// Bytes from one flush to the next: a disk takes about as long for them as the processor for the buffers of all
    /// workers.
    private static let interval = 16 << 20

    private let state = Mutex(State())

    /// Counts bytes that were written, and runs `flush` where it is time.
    func wrote(_ bytes: Int, flush: () throws -> Void) rethrows {
        let isDue = state.withLock { state in
            state.written += bytes
            guard state.written >= Self.interval, !state.isFlushing else { return false }
            state = State(written: 0, isFlushing: true)
            return true
        }
        guard isDue else { return }
        defer { state.withLock { $0.isFlushing = false } }
        try flush()
    }
}
