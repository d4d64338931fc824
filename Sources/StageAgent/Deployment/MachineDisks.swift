package import AgentProtocol
import LinuxSystem

/// The disks of this machine.
package struct MachineDisks: DeploymentPlatform {
    /// The only devices that may be seen, `/dev/loop3`; nil for all of them.
    private let only: Set<String>?

    package init(only: Set<String>? = nil) { self.only = only }

    package func disks() throws -> [Disk] {
        DiskEnumeration().disks().filter { only?.contains($0.devicePath) ?? true }.map { Disk(found: $0) }
    }

    package func open(_ disk: Disk) throws -> OpenDisk {
        let path = "/dev/\(disk.name)"
        try BlockDevice.requireUnused(path: path)
        let device = try BlockDevice(path: path)
        guard let found = DiskEnumeration().disk(number: device.number) else {
            throw DiskError("describe \(path)", detail: "the kernel knows no disk \(device.number)")
        }
        guard found.holders.isEmpty else {
            throw DiskError("claim \(path)", detail: "it is in use by \(found.holders.joined(separator: ", "))")
        }
        return OpenDisk(medium: device, description: Disk(found: found), devicePath: path)
    }
}
