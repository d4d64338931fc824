/// Where everything of one rack lies: its record, its hosts' disks and logs. Removing it is the last step of a removal.
package struct RackDirectory: Hashable, Sendable {
    /// The directory that holds all racks of this machine, unless told otherwise: a disk, for disks lie in it.
    package static let standardBase = "/var/tmp/ingot-lab"

    package let path: String

    package init(base: String = standardBase, rack: String) { path = "\(base)/\(rack)" }

    /// What `Rack.open` reads: a `RackRecord`.
    var record: String { path + "/rack.json" }
    /// One `ProcessRecord` a file.
    var processes: String { path + "/processes" }
    var hosts: String { path + "/hosts" }
    var watchdog: String { path + "/watchdog.sh" }

    func process(_ name: String) -> String { "\(processes)/\(name)" }

    func host(_ name: String) -> HostDirectory { HostDirectory(path: "\(hosts)/\(name)") }
}

/// The files of one host.
package struct HostDirectory: Hashable, Sendable {
    let path: String

    package init(path: String) { self.path = path }

    /// The UEFI variables; they belong to this host's hardware only.
    var variables: String { path + "/nvram.fd" }
    /// All that the serial port ever said, over power cycles.
    var serialLog: String { path + "/serial.log" }
    /// The serial port itself.
    var console: String { path + "/console.sock" }
    var monitor: String { path + "/qmp.sock" }
    /// QEMU's monitor that only tells events: commands go into the FIFO `.in`, events come out in the file `.out`.
    var events: String { path + "/events" }
    var eventCommands: String { events + ".in" }
    var eventLog: String { events + ".out" }
    var pid: String { path + "/qemu.pid" }

    func disk(_ index: Int, _ format: DiskFileFormat) -> String { "\(path)/disk\(index).\(format.rawValue)" }
    func writeLog(_ index: Int) -> String { "\(path)/disk\(index).log" }
}
