/// What one import may take.
package struct ImportLimits: Hashable, Sendable {
    /// The largest virtual disk, in bytes.
    package var maximumVirtualSize: UInt64
    /// The largest source, packed, in bytes.
    package var maximumSourceSize: UInt64
    /// What a decoder may use, in bytes.
    package var decoderMemory: Int
    /// How long a download may take in all, in seconds.
    package var downloadSeconds: Int64
    /// How long a download may stand still, in seconds.
    package var stallSeconds: Int64
    /// What is kept in memory of a root file system's archive.
    package var archive: ArchiveLimits
    /// What `qemu-img` and each of the tools that make disks may use: address space in bytes, CPU time in seconds.
    package var converterMemory: UInt64
    package var converterSeconds: Int

    package init(
        maximumVirtualSize: UInt64 = 1 << 40, maximumSourceSize: UInt64 = 256 << 30, decoderMemory: Int = 128 << 20,
        downloadSeconds: Int64 = 12 * 3600, stallSeconds: Int64 = 60, converterMemory: UInt64 = 2 << 30,
        converterSeconds: Int = 4 * 3600,
        archive: ArchiveLimits = ArchiveLimits()
    ) {
        self.maximumVirtualSize = maximumVirtualSize
        self.maximumSourceSize = maximumSourceSize
        self.decoderMemory = decoderMemory
        self.downloadSeconds = downloadSeconds
        self.stallSeconds = stallSeconds
        self.converterMemory = converterMemory
        self.converterSeconds = converterSeconds
        self.archive = archive
    }
}
