package import AgentProtocol
import NetworkTypes

/// What preflight looks at of a host.
package struct HostHardware: Hashable, Sendable {
    package var model: HostModel
    /// What the host is called; nil where the model as such is meant.
    package var name: String?
    /// `bios` or `uefi`.
    package var firmware: String
    package var hasSecureBoot: Bool
    /// The disks that the image may be put onto.
    package var disks: [Disk]
    package var nics: [NIC]

    /// - Parameter disk: the one that was chosen; nil: any that may be written.
    package init(_ inventory: Inventory, name: String? = nil, disk: Disk? = nil) {
        self.name = name
        model = HostModel(of: inventory)
        firmware = inventory.firmware.rawValue
        hasSecureBoot = inventory.secureBoot == true
        disks = disk.map { [$0] } ?? inventory.disks.filter { $0.reasonAgainstWriting == nil }
        nics = inventory.nics
    }
}
