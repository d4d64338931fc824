package import AgentProtocol

/// The machine that a deployment runs on.
package protocol DeploymentPlatform: Sendable {
    /// The disks that an order may mean, as they are now.
    func disks() throws -> [Disk]
    /// Opens `disk` for writing after checking that nothing uses it, and describes the open device again.
    func open(_ disk: Disk) throws -> OpenDisk
}

/// A disk that is open for writing.
package struct OpenDisk: Sendable {
    package var medium: any DiskMedium
    /// What the open device is, read through its own number.
    package var description: Disk
    /// `/dev/sda`.
    package var devicePath: String

    package init(medium: any DiskMedium, description: Disk, devicePath: String) {
        self.medium = medium
        self.description = description
        self.devicePath = devicePath
    }

    /// The node of partition `number`: `/dev/sda2`, `/dev/nvme0n1p2`.
    package func partitionPath(_ number: Int) -> String {
        devicePath.last?.isNumber == true ? "\(devicePath)p\(number)" : "\(devicePath)\(number)"
    }
}
