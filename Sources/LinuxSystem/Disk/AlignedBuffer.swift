import Glibc

/// Memory that O_DIRECT can use: aligned to 4 KiB, allocated once and used again.
///
/// It belongs to one task at a time; whoever hands it on stops using it.
package final class AlignedBuffer: @unchecked Sendable {
    // Unchecked: the memory has one user at a time, as the type's contract says.
    package let memory: UnsafeMutableRawBufferPointer

    package static let alignment = 4096

    /// - Parameter count: rounded up to a multiple of 4 KiB; at least one.
    package init(count: Int) throws(DiskError) {
        let size = (max(count, 1) + Self.alignment - 1) / Self.alignment * Self.alignment
        var pointer: UnsafeMutableRawPointer?
        let result = posix_memalign(&pointer, Self.alignment, size)
        guard result == 0, let pointer else {
            throw DiskError("allocate a disk buffer of \(size) bytes", code: result)
        }
        memset(pointer, 0, size)
        memory = UnsafeMutableRawBufferPointer(start: pointer, count: size)
    }

    deinit { free(memory.baseAddress) }
}
