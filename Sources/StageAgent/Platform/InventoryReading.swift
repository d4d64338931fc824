package import AgentProtocol
package import LinuxSystem

extension Inventory {
    /// What this machine is made of.
    /// - Parameter disks: its disks, as they were found.
    package init(of machine: Machine, cards: [NetworkCard], disks: [Disk]) {
        self.init(
            systemUUID: machine.systemUUID, serial: machine.dmi("product_serial"), vendor: machine.dmi("sys_vendor"),
            product: machine.dmi("product_name"), firmware: machine.firmware, secureBoot: machine.secureBoot,
            memory: machine.memory, processors: machine.processors,
            nics: cards.map {
                NIC(
                    name: $0.name, mac: $0.mac, driver: $0.driver, hasLink: $0.hasCarrier, speed: $0.speed,
                    modaliases: $0.modaliases)
            }, disks: disks)
    }
}
