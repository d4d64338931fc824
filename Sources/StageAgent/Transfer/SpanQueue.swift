import Synchronization

/// Hands out the parts of the disk to those who work on them, each once.
final class SpanQueue: Sendable {
    private let spans: [DiskSpan]
    private let position = Atomic<Int>(0)

    init(_ spans: [DiskSpan]) { self.spans = spans }

    /// The next part; nil when all are given out.
    func next() -> DiskSpan? {
        let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return spans.indices.contains(index) ? spans[index] : nil
    }
}
