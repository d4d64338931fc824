package import LinuxSystem
import Glibc

extension DiskMedium {
    /// Any `count` bytes from any `offset` on, by way of an aligned buffer.
    package func bytes(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
        let sector = UInt64(sectorSize)
        let start = offset / sector * sector
        let end = (offset + UInt64(count) + sector - 1) / sector * sector
        guard end <= size else { throw DiskError("read the disk at byte \(offset)", detail: "it ends at \(size)") }
        let buffer = try AlignedBuffer(count: Int(end - start))
        try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.memory[..<Int(end - start)]), at: start)
        let skipped = Int(offset - start)
        return Array(buffer.memory[skipped..<skipped + count])
    }

    /// Writes whole sectors from memory that need not be aligned.
    package func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError) {
        let buffer = try AlignedBuffer(count: bytes.count)
        buffer.memory.copyBytes(from: bytes)
        try write(UnsafeRawBufferPointer(rebasing: buffer.memory[..<bytes.count]), at: offset)
    }
}

extension UnsafeRawBufferPointer {
    /// True if every octet is zero.
    var isAllZero: Bool {
        guard let start = baseAddress, let first = self.first else { return true }
        return first == 0 && memcmp(start, start + 1, count - 1) == 0
    }
}

extension AlignedBuffer {
    /// The first `count` octets.
    func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}
