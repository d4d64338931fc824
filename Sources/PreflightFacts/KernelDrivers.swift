/// The drivers of disks and network cards that one kernel of an image has, and which of them its initramfs holds.
/// Module names have underscores, as the kernel prints them.
package struct KernelDrivers: Codable, Hashable, Sendable {
    package var version: String
    /// Drivers of disks and network cards, as modules or built in, by name.
    package var drivers: [DriverFacts]
    /// Names of everything that is built in.
    package var builtin: [String]
    /// Whether it is known what devices the built-in drivers are for (`modules.builtin.modinfo`, Linux 5.2).
    package var knowsBuiltinAliases: Bool
    /// Names of the modules in the initramfs; nil where nobody could look into it.
    package var initramfs: [String]?
    /// Whether all of the initramfs was read.
    package var isInitramfsWhole: Bool

    package init(
        version: String, drivers: [DriverFacts], builtin: [String], knowsBuiltinAliases: Bool, initramfs: [String]?,
        isInitramfsWhole: Bool = true
    ) {
        self.version = version
        self.drivers = drivers
        self.builtin = builtin
        self.knowsBuiltinAliases = knowsBuiltinAliases
        self.initramfs = initramfs
        self.isInitramfsWhole = isInitramfsWhole
    }
}

/// One driver.
package struct DriverFacts: Codable, Hashable, Sendable {
    package var name: String
    /// Patterns of the modaliases of the devices that it is for.
    package var aliases: [String]
    /// Modules that must be loaded before it.
    package var dependencies: [String]

    package init(name: String, aliases: [String], dependencies: [String] = []) {
        self.name = name
        self.aliases = aliases
        self.dependencies = dependencies
    }
}
