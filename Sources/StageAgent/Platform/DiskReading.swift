package import AgentProtocol
package import LinuxSystem

extension Disk {
    /// The disk as an inventory lists it.
    package init(found disk: DiskDescription) {
        self.init(
            name: disk.name, size: disk.size, sectorSize: disk.sectorSize, serial: disk.serial, wwn: disk.wwn,
            model: disk.model, transport: DiskTransport(rawValue: disk.transport.rawValue),
            isRemovable: disk.isRemovable, isReadOnly: disk.isReadOnly, isRotational: disk.isRotational,
            path: disk.path, signatures: disk.signatures, modaliases: disk.modaliases)
    }
}
