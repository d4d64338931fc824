/// What a decoder has read from below and not used yet.
final class InputWindow {
    private static let capacity = 256 << 10

    private let source: any ByteSource
    private let storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Whether the source has ended: there is nothing behind `bytes`.
    private(set) var isComplete = false

    init(_ source: any ByteSource) {
        self.source = source
        storage = .allocate(byteCount: Self.capacity, alignment: 64)
    }

    deinit { storage.deallocate() }

    var consumed: UInt64 { source.consumed }

    /// The unused bytes; valid until the next call of `fill`.
    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: storage[start..<end]) }

    /// Reads more once everything was used.
    func fill() throws {
        guard start == end, !isComplete else { return }
        start = 0
        end = try source.read(into: storage)
        isComplete = end == 0
    }

    /// Marks the first `count` unused bytes as used.
    func use(_ count: Int) { start += min(max(count, 0), end - start) }
}
