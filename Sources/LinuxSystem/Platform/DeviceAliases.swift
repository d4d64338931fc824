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
}
