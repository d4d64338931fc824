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

    var position: Position {
        source.withLock { Position(consumed: $0.consumed, total: $0.total, delivered: $0.delivered) }
    }
}
