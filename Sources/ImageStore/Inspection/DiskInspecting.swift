package import ImageFormat

/// Reads what an image is from its raw disk, and refuses what could never be deployed.
package protocol DiskInspecting: Sendable {
    /// The facts of the raw disk in the file at `path`.
    func inspect(_ path: String) async throws -> DiskFacts
}

/// What import learns by reading a raw disk.
package struct DiskFacts: Hashable, Sendable {
    /// 512 or 4096 bytes.
    package var sectorSize: Int
    package var partitionTable: PartitionTable
    package var os: OSFacts
    /// `bios`, `uefi` or both.
    package var firmware: [String]

    package init(sectorSize: Int, partitionTable: PartitionTable, os: OSFacts, firmware: [String]) {
        self.sectorSize = sectorSize
        self.partitionTable = partitionTable
        self.os = os
        self.firmware = firmware
    }
}
