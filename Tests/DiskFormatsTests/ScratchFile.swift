import DiskFormats
import Glibc
import LinuxSystem

/// A sparse file that is gone when the test ends.
final class ScratchFile {
    let path: String
    let size: UInt64

    init(size: UInt64) throws {
        var generator = SystemRandomNumberGenerator()
        path = "/tmp/ingot-test-" + String(generator.next() as UInt64, radix: 16)
        self.size = size
        try Tool.run(["truncate", "-s", "\(size)", path])
    }

    deinit { unlink(path) }

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        guard let file = ReadOnlyFile(path: path) else { throw DiskError("open \(path)", code: errno) }
        return try file.bytes(at: offset, count: count)
    }

    func write(_ region: DiskRegion) throws {
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        let count = pwrite(descriptor, region.bytes, region.bytes.count, off_t(region.offset))
        guard count == region.bytes.count else { throw DiskError("write \(path)", code: errno) }
    }

    func table(sectorSize: Int = 512) throws -> GPTTable {
        try GPTTable.read(diskSize: size, sectorSize: sectorSize) { try self.bytes(at: $0, count: $1) }
    }
}
