import ModuleAliases
import PreflightFacts

/// What depmod(8) wrote of a kernel's modules, of which only the drivers of disks and network cards are kept.
struct DriverTables {
    private var names: Set<String> = []
    private var dependencies: [String: [String]] = [:]
    private var aliases: [String: [String]] = [:]
    private(set) var builtin: [String] = []
    private var knowsBuiltinAliases = false

    /// Where the drivers of disks and network cards are, and what they build upon.
    private static let folders = [
        "ata/", "block/", "hv/", "message/", "mmc/", "net/", "nvme/", "pci/controller/", "scsi/", "virtio/", "xen/",
    ].map { "kernel/drivers/\($0)" }
    /// Cards that no server boots from, with long lists of ids.
    private static let leftOut = ["kernel/drivers/net/wireless/", "kernel/drivers/net/usb/", "kernel/drivers/net/can/"]
    private static let buses = ["pci:", "virtio:", "scsi:", "vmbus:", "xen:"]
    /// As many patterns are kept.
    private static let aliasBound = 20_000
    private static let patternBound = 256

    /// - Parameters:
    ///   - dependencies: `modules.dep`.
    ///   - aliases: `modules.alias`.
    ///   - builtin: `modules.builtin`.
    ///   - builtinInfo: `modules.builtin.modinfo`; nil where there is none.
    init(dependencies: String, aliases: String, builtin: String, builtinInfo: [UInt8]?) throws {
        readDependencies(dependencies)
        readBuiltin(builtin)
        var count = 0
        for line in aliases.utf8.split(separator: 0x0A) where line.starts(with: "alias ".utf8) {
            let words = line.split(separator: 0x20)
            guard words.count == 3 else { continue }
            count += note(pattern: String(Substring(words[1])), of: String(Substring(words[2])))
        }
        if let builtinInfo {
            knowsBuiltinAliases = true
            for field in builtinInfo.split(separator: 0) {
                let text = String(decoding: field, as: UTF8.self)
                guard let dot = text.firstIndex(of: "."), text[dot...].hasPrefix(".alias=") else { continue }
                count += note(pattern: String(text[dot...].dropFirst(".alias=".count)), of: String(text[..<dot]))
            }
        }
        guard count <= Self.aliasBound else {
            throw ExaminationError("the kernel has more than \(Self.aliasBound) patterns of devices")
        }
    }

    /// The tables without the initramfs.
    func drivers(version: String, initramfs: [String]?, isWhole: Bool) -> KernelDrivers {
        KernelDrivers(
            version: version,
            drivers: names.sorted().map {
                DriverFacts(name: $0, aliases: aliases[$0] ?? [], dependencies: dependencies[$0] ?? [])
            }, builtin: builtin, knowsBuiltinAliases: knowsBuiltinAliases, initramfs: initramfs,
            isInitramfsWhole: isWhole)
    }

    private static func isDriver(_ path: some StringProtocol) -> Bool {
        // What does not come with the kernel may be anything.
        guard path.hasPrefix("kernel/") else { return true }
        return folders.contains { path.hasPrefix($0) } && !leftOut.contains { path.hasPrefix($0) }
    }

    private mutating func readDependencies(_ text: String) {
        for line in text.utf8.split(separator: 0x0A) {
            let words = line.split(separator: 0x20).map { Substring($0) }
            guard let first = words.first, first.utf8.last == 0x3A, Self.isDriver(first) else { continue }
            let name = ModuleIndex.name(ofPath: first.dropLast())
            names.insert(name)
            dependencies[name] = words.dropFirst().map { ModuleIndex.name(ofPath: $0) }
        }
    }

    private mutating func readBuiltin(_ text: String) {
        var found: Set<String> = []
        for line in text.utf8.split(separator: 0x0A) {
            let path = Substring(line)
            let name = ModuleIndex.name(ofPath: path)
            found.insert(name)
            if Self.isDriver(path) { names.insert(name) }
        }
        builtin = found.sorted()
    }

    /// Keeps a pattern of a driver; 1 if it did.
    private mutating func note(pattern: String, of module: String) -> Int {
        guard pattern.utf8.count <= Self.patternBound, Self.buses.contains(where: { pattern.hasPrefix($0) }) else {
            return 0
        }
        let name = ModuleIndex.name(module)
        guard names.contains(name) else { return 0 }
        aliases[name, default: []].append(pattern)
        return 1
    }
}
