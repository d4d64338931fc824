/// The modaliases of all devices that the kernel knows: what their drivers are found by.
package struct DeviceAliases: Sendable {
    private let tree: SystemTree

    package init(tree: SystemTree = SystemTree()) { self.tree = tree }

    /// Every modalias below `/sys/bus`, each once.
    package func all() -> Set<String> {
        var aliases: Set<String> = []
        for bus in tree.names(in: "/sys/bus") {
            for device in tree.names(in: "/sys/bus/\(bus)/devices") {
                if let alias = tree.text("/sys/bus/\(bus)/devices/\(device)/modalias"), !alias.isEmpty {
                    aliases.insert(alias)
                }
            }
        }
        return aliases
    }

    /// The modaliases of a device and of everything that it hangs on, the device's own first.
    /// - Parameter path: below `/sys`; links are followed.
    package func chain(of path: String) -> [String] {
        guard let device = tree.devicePath(path) else { return [] }
        var parts = device.split(separator: "/")
        var aliases: [String] = []
        while !parts.isEmpty {
            let alias = tree.text("/sys/devices/\(parts.joined(separator: "/"))/modalias") ?? ""
            if !alias.isEmpty, !aliases.contains(alias) { aliases.append(alias) }
            parts.removeLast()
        }
        return aliases
    }
}
