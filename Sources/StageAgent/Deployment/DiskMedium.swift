package import LinuxSystem

/// The disk that is written, as the phases see it. Calls block; memory, offsets and counts are aligned to sectors.
package protocol DiskMedium: Sendable {
    /// Bytes.
    var size: UInt64 { get }
    /// Logical sector size in bytes.
    var sectorSize: Int { get }
    func read(into memory: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskError)
    func write(_ memory: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError)
    /// Makes the range read as zeros.
    func zero(_ range: Range<UInt64>) throws(DiskError)
    /// Returns when everything written is on the medium.
    func flush() throws(DiskError)
    /// Lets later reads come from the medium.
    func dropCaches() throws(DiskError)
    /// Tells the kernel of a partition that no table on the disk names yet; the bytes it covers.
    func addPartition(_ number: Int, range: Range<UInt64>) throws(DiskError)
    /// Makes the kernel forget a partition, if it knows it.
    func removePartition(_ number: Int) throws(DiskError)
}

extension BlockDevice: DiskMedium {}
