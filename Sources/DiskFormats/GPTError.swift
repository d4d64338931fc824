/// Why a GPT could not be read or changed.
package enum GPTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The disk could not be read.
    case unreadable(String)
    /// Neither the primary nor the backup table is valid; what is wrong with each.
    case invalid(primary: String, backup: String)
    /// The sector size is not 512 or 4096 bytes, or the size is no multiple of it.
    case geometry(diskSize: UInt64, sectorSize: Int)
    /// The disk is too small for the partitions: `needed` bytes at least.
    case tooSmall(diskSize: UInt64, needed: UInt64)
    /// There is no partition with this number.
    case noPartition(Int)
    /// The partition cannot grow: another one lies behind it.
    case notLast(partition: Int, behind: Int)

    package var description: String {
        switch self {
        case .unreadable(let reason): "the disk cannot be read: \(reason)"
        case .invalid(let primary, let backup):
            "no valid GPT: the primary table \(primary), the backup table \(backup)"
        case .geometry(let diskSize, let sectorSize):
            "a disk of \(diskSize) bytes with sectors of \(sectorSize) bytes cannot hold a GPT: expected sectors of 512 "
                + "or 4096 bytes and a whole number of them"
        case .tooSmall(let diskSize, let needed):
            "the disk has \(diskSize) bytes, but the partitions need at least \(needed)"
        case .noPartition(let number): "there is no partition \(number)"
        case .notLast(let partition, let behind):
            "partition \(partition) cannot grow: partition \(behind) lies behind it"
        }
    }
}
