import CLinux
import Glibc

/// An open block device that is read and written past the page cache (O_DIRECT).
///
/// Offsets and counts are multiples of the sector size, and memory is aligned as `AlignedBuffer` is. Every call may block.
package final class BlockDevice: Sendable {
    /// `/dev/sda`.
    package let path: String
    /// Bytes.
    package let size: UInt64
    /// Logical sector size in bytes.
    package let sectorSize: Int
    /// The kernel's number of the device, as `/sys/dev/block` names it: `8:0`.
    package let number: String
    private let descriptor: Int32

    /// Opens a device for reading and writing.
    package init(path: String) throws(DiskError) {
        let descriptor = try DiskError.check(clinux_disk_open(path, 1, 1, 0), "open \(path)")
        var size: UInt64 = 0
        var sector: UInt32 = 0
        var major: UInt32 = 0
        var minor: UInt32 = 0
        let result = clinux_disk_geometry(descriptor, &size, &sector)
        let identified = clinux_disk_number(descriptor, &major, &minor)
        guard result >= 0, identified >= 0 else {
            close(descriptor)
            throw DiskError("read the size of \(path)", code: -min(result, identified))
        }
        self.descriptor = descriptor
        self.path = path
        self.size = size
        sectorSize = Int(sector)
        number = "\(major):\(minor)"
    }

    deinit { close(descriptor) }

    /// Throws where a mount, a volume group, a RAID or another program holds the device or one of its partitions.
    package static func requireUnused(path: String) throws(DiskError) {
        close(try DiskError.check(clinux_disk_open(path, 1, 0, 1), "claim \(path)"))
    }

    /// Fills `memory` from `offset` on.
    package func read(into memory: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskError) {
        try transfer(memory.count, at: offset, "read") { done in
            pread(
                descriptor, memory.baseAddress?.advanced(by: done), memory.count - done,
                off_t(clamping: offset + UInt64(done)))
        }
    }

    /// Writes `memory` from `offset` on.
    package func write(_ memory: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError) {
        try transfer(memory.count, at: offset, "write") { done in
            pwrite(
                descriptor, memory.baseAddress?.advanced(by: done), memory.count - done,
                off_t(clamping: offset + UInt64(done)))
        }
    }

    /// Makes a range read as zeros, by the device's own means where it has any.
    package func zero(_ range: Range<UInt64>) throws(DiskError) {
        guard !range.isEmpty else { return }
        while true {
            let result = clinux_disk_zero(descriptor, range.lowerBound, UInt64(range.count))
            if result == -EINTR { continue }
            try DiskError.check(result, "zero \(range.count) bytes of \(path) from byte \(range.lowerBound) on")
            return
        }
    }

    /// Returns when everything written is on the medium.
    package func flush() throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw DiskError("flush \(path)", code: errno) }
    }

    /// Writes the kernel's cached pages of the device out and drops them, so that reads come from the medium.
    package func dropCaches() throws(DiskError) {
        try DiskError.check(clinux_disk_drop_caches(descriptor), "drop the caches of \(path)")
    }

    /// Calls `step` with the bytes done until all are.
    private func transfer(
        _ count: Int, at offset: UInt64, _ verb: String, _ step: (Int) -> Int
    ) throws(DiskError) {
        var done = 0
        while done < count {
            let result = step(done)
            if result > 0 {
                done += result
            } else if result == 0 || errno != EINTR {
                let name = "\(verb) \(count) bytes of \(path) at byte \(offset + UInt64(done))"
                throw result == 0 ? DiskError(name, detail: "the device ends there") : DiskError(name, code: errno)
            }
        }
    }
}

extension BlockDevice {
    /// Tells the kernel of partition `number`, which no table on the disk needs to name.
    package func addPartition(_ number: Int, range: Range<UInt64>) throws(DiskError) {
        try DiskError.check(
            clinux_partition_add(descriptor, Int32(clamping: number), range.lowerBound, UInt64(range.count)),
            "add partition \(number) of \(path)")
    }

    /// Makes the kernel forget partition `number`; nothing happens if it knows none.
    package func removePartition(_ number: Int) throws(DiskError) {
        let result = clinux_partition_remove(descriptor, Int32(clamping: number))
        // EINVAL: the device cannot have partitions at all.
        if result == -ENXIO || result == -EINVAL { return }
        try DiskError.check(result, "remove partition \(number) of \(path)")
    }
}
