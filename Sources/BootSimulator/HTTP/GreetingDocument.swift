import NetworkTypes

/// The body of a greeting, as the agent protocol's first version has it.
package struct GreetingDocument: Encodable, Sendable {
    struct Inventory: Encodable, Sendable {
        let systemUUID: String
        let serial: String
        let vendor = "Simulated"
        let product = "Host"
        let firmware: String
        let memory = 1 << 30
        let processors = 1
        let nics: [NIC]
        let disks: [String] = []
    }

    struct NIC: Encodable, Sendable {
        let name = "eth0"
        let mac: String
        let hasLink = true
    }

    let protocolVersion = 1
    let bootID: String
    let bootMAC: String
    let inventory: Inventory

    package init(_ host: SimulatedHost, isBIOS: Bool) {
        bootID = host.bootID
        bootMAC = host.mac.description
        inventory = Inventory(
            systemUUID: host.systemUUID.description, serial: host.serial, firmware: isBIOS ? "bios" : "uefi",
            nics: [NIC(mac: host.mac.description)])
    }
}
