/// One entry of a write log in the format of Linux's dm-log-writes, which QEMU's blklogwrites driver writes
/// (Linux, Documentation/admin-guide/device-mapper/log-writes.rst).
package struct BlockLogEntry: Hashable, Sendable {
    /// What an entry stands for. An open set.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt64

        package init(rawValue: UInt64) { self.rawValue = rawValue }

        /// All writes before are on the medium.
        package static let flush = Flags(rawValue: 1)
        /// This write itself is on the medium when it is done.
        package static let forceUnitAccess = Flags(rawValue: 2)
        package static let discard = Flags(rawValue: 4)
        package static let mark = Flags(rawValue: 8)
    }

    package var flags: Flags
    /// Where on the disk, in bytes.
    package var offset: UInt64
    /// How much of the disk, in bytes.
    package var length: UInt64
    /// Where the data lies in the log, in bytes.
    package var dataOffset: UInt64
    /// The data's length in the log; 0 for flushes and discards.
    package var dataLength: UInt64

    /// Whether the disk is at a point that a power loss can show for certain.
    package var isBarrier: Bool { !flags.isDisjoint(with: [.flush, .forceUnitAccess]) }
}
