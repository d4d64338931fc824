import ImageFormat
import LinuxSystem
import NIOCore
import Synchronization

/// One of the tasks that fill a disk, with the buffer and the decoder that it uses for every chunk.
final class ChunkWorker: Sendable {
    let medium: any DiskMedium
    let area: SharedTableArea
    let pace: FlushPace
    let buffer: AlignedBuffer
    let decoder: ChunkDecoder

    /// - Parameter buffer: as large as a chunk at least.
    init(medium: any DiskMedium, area: SharedTableArea, pace: FlushPace, buffer: AlignedBuffer) throws {
        self.medium = medium
        self.area = area
        self.pace = pace
        self.buffer = buffer
        decoder = try ChunkDecoder()
    }

    /// True if the disk holds the chunk, or the hole, already.
    func isRight(_ span: DiskSpan) throws -> Bool {
        var range = span.range
        while !range.isEmpty {
            let memory = buffer.prefix(min(range.count, buffer.memory.count))
            try medium.read(into: memory, at: range.lowerBound)
            let bytes = UnsafeRawBufferPointer(memory)
            guard span.digest.map({ ChunkDigest(of: bytes) == $0 }) ?? bytes.isAllZero else { return false }
            range = range.lowerBound + UInt64(memory.count)..<range.upperBound
        }
        return true
    }

    /// Decodes a chunk, checks it, and only then writes it, without the partition table. Returns what is wrong with it.
    func place(_ frame: ByteBuffer, _ span: DiskSpan, digest: ChunkDigest) throws -> String? {
        let memory = buffer.prefix(span.range.count)
        if let fault = decoder.decode(frame, into: memory, digest: digest) { return fault }
        area.takeOut(of: memory, at: span.range)
        try medium.write(UnsafeRawBufferPointer(memory), at: span.range.lowerBound)
        try pace.wrote(memory.count) { try medium.flush() }
        return nil
    }
}

/// The table area while several tasks fill it.
final class SharedTableArea: Sendable {
    private let area: Mutex<TableArea>

    init(_ area: TableArea) { self.area = Mutex(area) }

    var value: TableArea { area.withLock { $0 } }

    func overlaps(_ range: Range<UInt64>) -> Bool { area.withLock { $0.overlaps(range) } }

    func takeOut(of memory: UnsafeMutableRawBufferPointer, at range: Range<UInt64>) {
        area.withLock { $0.takeOut(of: memory, at: range) }
    }
}
