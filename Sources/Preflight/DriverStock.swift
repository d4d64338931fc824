import AgentProtocol
import ModuleAliases
import PreflightFacts

/// What drivers a kernel has, and from when on.
struct DriverStock: Sendable {
    private let builtin: Set<String>
    /// nil where that could not be read.
    private let initramfs: Set<String>?
    private let isInitramfsWhole: Bool
    private let knowsBuiltinAliases: Bool
    private let drivers: [String: DriverFacts]
    private let index: ModuleIndex
    let version: String

    /// Whether a device has what it needs.
    enum Answer: Hashable {
        case present
        /// What is missing.
        case missing(String)
        /// Why that cannot be told.
        case unknown(String)
    }

    init(_ kernel: KernelDrivers) {
        builtin = Set(kernel.builtin)
        initramfs = kernel.initramfs.map { Set($0) }
        isInitramfsWhole = kernel.isInitramfsWhole
        knowsBuiltinAliases = kernel.knowsBuiltinAliases
        drivers = Dictionary(kernel.drivers.map { ($0.name, $0) }) { first, _ in first }
        index = ModuleIndex(
            patterns: kernel.drivers.flatMap { driver in driver.aliases.map { ($0, driver.name) } })
        version = kernel.version
    }

    /// A disk's drivers have to be there before `/` is: built in, or in the initramfs.
    func answer(for disk: Disk) -> Answer {
        if let aliases = disk.modaliases {
            guard !aliases.isEmpty else { return .unknown("no device of hardware is behind it") }
            return worst(aliases.filter(Self.wantsDriver).map { answer(forAlias: $0) { early($0) } })
        }
        // A stage that tells no modaliases.
        switch disk.transport {
        case .virtio: return early("virtio_blk")
        case .nvme: return early("nvme")
        default: return .unknown("its stage tells too little of it: boot the host with the new one")
        }
    }

    /// A network card's driver may also come from the root file system.
    func answer(for nic: NIC) -> Answer {
        if let aliases = nic.modaliases, !aliases.isEmpty {
            return worst(aliases.filter(Self.wantsDriver).map { answer(forAlias: $0) { late($0) } })
        }
        guard let driver = nic.driver else { return .unknown("no driver of it is known") }
        // Not every driver is called as its module.
        return late(ModuleIndex.name(driver)) == .present ? .present : .unknown("module of driver \(driver)")
    }

    /// Bridges between buses, and devices that need no driver to be found behind, are left out.
    private static func wantsDriver(_ alias: String) -> Bool {
        if alias.hasPrefix("pci:") { return !alias.contains("bc06") }
        return ["virtio:", "scsi:", "vmbus:", "xen:"].contains { alias.hasPrefix($0) }
    }

    private func answer(forAlias alias: String, _ availability: (String) -> Answer) -> Answer {
        let modules = index.modules(for: alias)
        guard !modules.isEmpty else {
            return knowsBuiltinAliases
                ? .missing("a driver for \(alias), which the kernel has none of")
                : .unknown("the kernel does not say what its built-in drivers are for")
        }
        let answers = modules.map(availability)
        if answers.contains(.present) { return .present }
        let unknown = answers.first { if case .unknown = $0 { true } else { false } }
        return unknown ?? .missing(modules.sorted().joined(separator: " or "))
    }

    /// Whether a module is there before `/` is.
    func early(_ module: String) -> Answer {
        let needed = [module] + (drivers[module]?.dependencies ?? [])
        let absent = needed.filter { !builtin.contains($0) }
        guard !absent.isEmpty else { return .present }
        guard let initramfs else { return .unknown("the initramfs could not be read") }
        let missing = absent.filter { !initramfs.contains($0) }
        guard !missing.isEmpty else { return .present }
        return isInitramfsWhole
            ? .missing(missing.sorted().joined(separator: ", ")) : .unknown("the initramfs was not read to its end")
    }

    private func late(_ module: String) -> Answer {
        builtin.contains(module) || drivers[module] != nil ? .present : .missing(module)
    }

    private func worst(_ answers: [Answer]) -> Answer {
        let missing = answers.compactMap { if case .missing(let what) = $0 { what } else { nil } }
        if !missing.isEmpty { return .missing(Set(missing).sorted().joined(separator: ", ")) }
        let unknown = answers.first { if case .unknown = $0 { true } else { false } }
        return unknown ?? .present
    }
}
