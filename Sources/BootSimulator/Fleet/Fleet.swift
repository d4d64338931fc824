package import NetworkTypes

/// The hosts of one simulation, in the order in which they are switched on. The same seed makes the same hosts.
package struct Fleet: Hashable, Sendable {
    package let hosts: [SimulatedHost]

    /// - Parameters:
    ///   - clients: all hosts, the broken ones among them.
    ///   - broken: the rest is spread over the healthy kinds.
    ///   - known: the hardware address of the first host; nil makes one, as for all others.
    package init(
        clients: Int, broken: BrokenHosts, seed: UInt64, first known: MACAddress? = nil
    ) throws(SimulationError) {
        guard clients > 0, broken.kinds.count <= clients else {
            throw SimulationError("\(broken.kinds.count) broken hosts of \(clients): expected at least as many hosts")
        }
        let healthy = (0..<clients - broken.kinds.count).map { HostKind.healthy[$0 % HostKind.healthy.count] }
        var generator = SeededGenerator(seed: seed)
        var seen: Set<MACAddress> = []
        var hosts: [SimulatedHost] = []
        for kind in (broken.kinds + healthy).shuffled(using: &generator) {
            while true {
                let made = try Self.mac(using: &generator)
                let mac = hosts.isEmpty ? known ?? made : made
                guard seen.insert(mac).inserted else { continue }
                hosts.append(try Self.host(kind, mac, using: &generator))
                break
            }
        }
        self.hosts = hosts
    }

    private static func mac(using generator: inout SeededGenerator) throws(SimulationError) -> MACAddress {
        var octets = bytes(6, using: &generator)
        // Locally administered, and no group address (IEEE 802).
        octets[0] = octets[0] & 0xFC | 0x02
        guard let mac = MACAddress(octets) else { throw SimulationError("\(octets.count) octets are no MAC address") }
        return mac
    }

    private static func host(
        _ kind: HostKind, _ mac: MACAddress, using generator: inout SeededGenerator
    ) throws(SimulationError) -> SimulatedHost {
        guard let uuid = SystemUUID(bytes(16, using: &generator)), let boot = SystemUUID(bytes(16, using: &generator))
        else { throw SimulationError("16 octets are no UUID") }
        return SimulatedHost(
            kind: kind, mac: mac, systemUUID: uuid, serial: "SIM-" + hexString(mac.bytes), bootID: boot.description,
            transactionID: UInt32(truncatingIfNeeded: generator.next()))
    }

    private static func bytes(_ count: Int, using generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}
