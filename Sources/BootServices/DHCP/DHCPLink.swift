package import LinuxSystem
import NetworkTypes

/// The open sockets of one interface.
package struct DHCPLink: Sendable {
    package let interface: DHCPInterface
    /// A UDP socket on port 67; whoever runs the link closes it.
    let descriptor: Int32
    /// Sends to clients that have no address yet.
    let packets: PacketSocket
    let prober: ARPProber

    /// Opens the sockets in the network namespace of the calling thread; `NetworkError` where there is no such
    /// interface, the port is taken or the privilege is missing (CAP_NET_RAW, CAP_NET_BIND_SERVICE).
    package static func open(_ interface: DHCPInterface) throws(NetworkError) -> DHCPLink {
        let device = try NetworkInterfaces().named(interface.name)
        guard device.addresses.contains(where: { $0.address == interface.address }) else {
            let found = device.addresses.map { "\($0.address)/\($0.prefixLength)" }.joined(separator: ", ")
            throw NetworkError(
                "DHCP on \(interface.name)",
                detail: "the interface does not have the address \(interface.address); it has: \(found)")
        }
        let packets = try PacketSocket(on: device, type: .ipv4, receives: false)
        let prober = try ARPProber(on: device)
        let descriptor = try BoundUDPSocket.open(interface: interface.name, port: 67)
        return DHCPLink(interface: interface, descriptor: descriptor, packets: packets, prober: prober)
    }
}
