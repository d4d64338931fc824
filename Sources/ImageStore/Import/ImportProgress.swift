/// How far an import is.
package struct ImportProgress: Hashable, Sendable {
    /// The steps of an import, in order; not every import has all of them.
    package enum Phase: String, Hashable, Sendable {
        /// From a URL to the spool.
        case downloading
        /// Chunks from elsewhere.
        case copying
        /// The source's digest.
        case checking
        /// A packed qcow2 to the spool.
        case unpacking
        /// qcow2 to raw.
        case converting
        /// A root file system's archive, for the first time: nothing is written yet.
        case surveying
        /// A root file system onto its disk.
        case building
        /// Chunks into the store.
        case storing
        /// Partition table, file systems, the operating system.
        case inspecting
        /// Manifest and signature.
        case finishing
    }

    package var phase: Phase
    /// Bytes of the phase's input read so far.
    package var bytesRead: UInt64
    /// Bytes of the phase's input; nil where that is not known.
    package var total: UInt64?
    /// Bytes of new zstd frames stored so far.
    package var bytesStored: UInt64

    package init(phase: Phase, bytesRead: UInt64 = 0, total: UInt64? = nil, bytesStored: UInt64 = 0) {
        self.phase = phase
        self.bytesRead = bytesRead
        self.total = total
        self.bytesStored = bytesStored
    }
}
