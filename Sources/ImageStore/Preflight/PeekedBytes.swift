/// Bytes whose next ones can be looked at before they are read.
final class PeekedBytes: ByteSource {
    private let source: any ByteSource
    private let storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// How many bytes were read from here.
    private(set) var position: UInt64 = 0

    private static let capacity = 128 << 10

    init(_ source: any ByteSource) {
        self.source = source
        storage = .allocate(byteCount: Self.capacity, alignment: 64)
    }

    deinit { storage.deallocate() }

    var consumed: UInt64 { source.consumed }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if start == end { try fill() }
        let count = min(buffer.count, end - start)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<start + count]))
        start += count
        position += UInt64(count)
        return count
    }

    /// The next `count` bytes, 64 at most, which stay where they are; fewer at the end.
    func peek(_ count: Int) throws -> [UInt8] {
        while end - start < count {
            let before = end - start
            try fill()
            if end - start == before { break }
        }
        return Array(storage[start..<min(start + count, end)])
    }

    /// Passes over `count` bytes; false where the end comes before.
    func skip(_ count: UInt64) throws -> Bool {
        var left = count
        while left > 0 {
            if start == end { try fill() }
            guard end > start else { return false }
            let step = Int(min(left, UInt64(end - start)))
            start += step
            position += UInt64(step)
            left -= UInt64(step)
        }
        return true
    }

    /// Passes over zeros, as far as they are in memory.
    func skipZeros() {
        while start < end, storage[start] == 0 {
            start += 1
            position += 1
        }
    }

    /// Exactly `count` bytes; nil where the end comes before.
    func take(_ count: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            if start == end { try fill() }
            guard end > start else { return nil }
            let step = min(count - bytes.count, end - start)
            bytes += storage[start..<start + step]
            start += step
            position += UInt64(step)
        }
        return bytes
    }

    /// Reads more behind what is there.
    private func fill() throws {
        if start > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: storage[start..<end])
            storage.copyMemory(from: rest)
            (start, end) = (0, end - start)
        }
        guard end < storage.count else { return }
        end += try source.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
    }
}
