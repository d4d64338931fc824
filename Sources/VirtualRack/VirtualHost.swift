package import NetworkTypes
import FoundationEssentials
import Glibc

/// A host of a rack: its power switch, its disks and its serial port.
package struct VirtualHost: Hashable, Sendable {
    package let rack: Rack
    /// Its place in the rack's configuration.
    let index: Int

    package var configuration: HostConfiguration { rack.configuration.hosts[index] }

    package var name: String { configuration.name }

    /// The hardware addresses in the order of the NICs.
    package var macs: [MACAddress] {
        configuration.nics.enumerated().map {
            $1.mac ?? DerivedIdentity.mac(rack: rack.configuration.name, host: name, nic: $0)
        }
    }

    /// The SMBIOS system UUID.
    package var uuid: SystemUUID? {
        configuration.uuid ?? DerivedIdentity.uuid(rack: rack.configuration.name, host: name)
    }

    /// The SMBIOS system serial number.
    package var serial: String { configuration.serial ?? DerivedIdentity.serial(host: name) }

    /// The serial number of a disk as the guest sees it.
    package func diskSerial(_ disk: Int) -> String {
        configuration.disks[disk].serial ?? DerivedIdentity.diskSerial(host: name, disk: disk)
    }

    var files: HostDirectory { rack.directory.host(name) }

    var process: ProcessRecord? { ProcessRecord(file: rack.directory.process("host-\(name)")) }

    /// Whether the host has power; a paused one has.
    package var isOn: Bool { process?.isAlive ?? false }

    /// Makes the host's directory with blank disks and, for UEFI, fresh variables.
    func furnish() async throws {
        try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: false)
        try Data().write(to: URL(filePath: files.serialLog))
        if let variables = configuration.firmware.variables {
            try FileManager.default.copyItem(atPath: variables, toPath: files.variables)
        }
        for (index, disk) in configuration.disks.enumerated() {
            try await VirtualDisk(host: self, index: index, configuration: disk).create()
        }
    }
}
