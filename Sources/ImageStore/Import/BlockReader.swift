import Synchronization

/// Hands a source that is not Sendable from thread to thread.
final class BlockReader: Sendable {
    /// How far a source is, in bytes.
    struct Position: Sendable {
        let consumed: UInt64
        let total: UInt64
        let delivered: UInt64
    }

    private let source: Mutex<any BlockSource>

    init(_ source: sending any BlockSource) { self.source = Mutex(source) }

    /// See `BlockSource`.
    func next() throws -> BlockRun? { try source.withLock { try $0.next() } }

    /// What comes next, up to this many chunks of data and the holes before them; empty at the disk's end.
    func next(_ count: Int) throws -> [BlockRun] {
        try source.withLock { source in
            var runs: [BlockRun] = []
            var left = count
            while left > 0, let run = try source.next() {
                if case .data = run { left -= 1 }
                runs.append(run)
            }
            return runs
        }
    }

    var position: Position {
        source.withLock { Position(consumed: $0.consumed, total: $0.total, delivered: $0.delivered) }
    }
}
