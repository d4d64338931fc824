package import NetworkTypes

/// An Ethernet interface that stands for hardware.
package struct NetworkCard: Hashable, Sendable {
    /// The kernel's name, `eth0`.
    package let name: String
    package let mac: MACAddress
    package let driver: String?
    /// False also while the interface is down.
    package let hasCarrier: Bool
    /// Megabits per second; nil where unknown.
    package let speed: Int?
    /// Of the card and of everything that it hangs on.
    package let modaliases: [String]

    /// Every card, by name.
    package static func all(tree: SystemTree = SystemTree()) -> [NetworkCard] {
        tree.names(in: "/sys/class/net").compactMap { NetworkCard(name: $0, tree: tree) }
    }

    private init?(name: String, tree: SystemTree) {
        let path = "/sys/class/net/\(name)"
        // A device behind it tells hardware from bridges and the like; type 1 is Ethernet (ARPHRD_ETHER).
        guard tree.exists("\(path)/device"), tree.number("\(path)/type") == 1,
            let mac = tree.text("\(path)/address").flatMap({ MACAddress($0) })
        else { return nil }
        self.name = name
        self.mac = mac
        driver = tree.linkName("\(path)/device/driver")
        hasCarrier = tree.number("\(path)/carrier") == 1
        speed = tree.number("\(path)/speed").flatMap { $0 > 0 ? $0 : nil }
        modaliases = DeviceAliases(tree: tree).chain(of: "\(path)/device")
    }
}
