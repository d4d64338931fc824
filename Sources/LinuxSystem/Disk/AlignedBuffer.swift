import Glibc

/// Memory that O_DIRECT can use, allocated once and used again.
///
/// Half a megabyte and more lie in huge pages where the kernel has some: a request to the disk takes a limited number of
/// pieces (128 on many), and 4 KiB pages that lie apart are a piece each.
///
/// It belongs to one task at a time; whoever hands it on stops using it.
package final class AlignedBuffer: @unchecked Sendable {
    // Unchecked: the memory has one user at a time, as the type's contract says.
    package let memory: UnsafeMutableRawBufferPointer
    private let allocation: Allocation

    package static let alignment = 4096

    /// - Parameter count: rounded up to a multiple of 4 KiB; at least one.
    package convenience init(count: Int) throws(DiskError) {
        let size = Self.rounded(max(count, 1), to: Self.alignment)
        let allocation = try Allocation(size: size)
        self.init(allocation, at: 0, size: size)
    }

    private init(_ allocation: Allocation, at offset: Int, size: Int) {
        self.allocation = allocation
        memory = UnsafeMutableRawBufferPointer(start: allocation.start + offset, count: size)
    }

    /// Buffers of `count` octets each that share huge pages: a buffer of its own takes whole ones.
    package static func array(_ number: Int, of count: Int) throws(DiskError) -> [AlignedBuffer] {
        let size = rounded(max(count, 1), to: alignment)
        let allocation = try Allocation(size: number * size)
        return (0..<number).map { AlignedBuffer(allocation, at: $0 * size, size: size) }
    }

    fileprivate static func rounded(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }

    /// The memory of one or several buffers.
    private final class Allocation {
        let start: UnsafeMutableRawPointer

        private static let hugePage = 2 << 20
        /// From this many bytes on, small pages make more than one request.
        private static let manyPages = 512 << 10

        init(size: Int) throws(DiskError) {
            let isHuge = size >= Self.manyPages
            let unit = isHuge ? Self.hugePage : AlignedBuffer.alignment
            let allocated = AlignedBuffer.rounded(size, to: unit)
            var pointer: UnsafeMutableRawPointer?
            let result = posix_memalign(&pointer, unit, allocated)
            guard result == 0, let pointer else {
                throw DiskError("allocate a disk buffer of \(allocated) bytes", code: result)
            }
            // Only advice: a kernel without huge pages refuses it, and the buffer works all the same.
            if isHuge { _ = madvise(pointer, allocated, MADV_HUGEPAGE) }
            memset(pointer, 0, size)
            start = pointer
        }

        deinit { free(start) }
    }
}
