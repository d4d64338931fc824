import AgentProtocol
import ImageFormat
import LinuxSystem

/// Takes every trace of a partition table off the disk: from here on it does not boot, until `commit`.
struct InvalidatePhase: Phase {
    let name = PhaseName.invalidate

    /// What is zeroed at both ends: also the places of old volume group, RAID and ZFS marks.
    private static let margin: UInt64 = 1 << 20

    func run(_ deployment: DeploymentContext) async throws {
        let medium = try deployment.disk.medium
        let imageSize = try deployment.manifest.diskSize
        try await deployment.blocking {
            for number in 1...128 { try attempt(.diskSelection) { try medium.removePartition(number) } }
            let ranges = Self.ranges(diskSize: medium.size, imageSize: imageSize, sectorSize: medium.sectorSize)
            try attempt(.diskError) {
                for range in ranges { try medium.zero(range) }
                try medium.flush()
                try medium.dropCaches()
                for range in ranges { try Self.requireZero(range, medium: medium) }
            }
        }
    }

    /// The disk's first and last MiB, and the place of the image's backup table.
    static func ranges(diskSize: UInt64, imageSize: UInt64, sectorSize: Int) -> [Range<UInt64>] {
        let area = TableArea(imageSize: imageSize, sectorSize: sectorSize)
        let margin = min(margin, diskSize)
        return [0..<margin, area.ranges[1], diskSize - margin..<diskSize]
    }

    private static func requireZero(_ range: Range<UInt64>, medium: any DiskMedium) throws {
        let bytes = try medium.bytes(at: range.lowerBound, count: range.count)
        guard bytes.withUnsafeBytes(\.isAllZero) else {
            throw PhaseFailure(
                .diskError,
                "the disk reports bytes \(range.lowerBound)..<\(range.upperBound) as zeroed, but they are not")
        }
    }
}
