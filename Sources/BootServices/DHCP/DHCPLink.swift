package import LinuxSystem
import NetworkTypes

/// The open sockets of one interface.
package struct DHCPLink: Sendable {
    /// A UDP socket; whoever runs the link closes it.
    struct Socket: Sendable {
        let port: ServerPort
        let udp: BoundUDPSocket
    }

    package let interface: DHCPInterface
    let sockets: [Socket]
    /// Sends to clients that have no address yet.
    let packets: PacketSocket
    let prober: ARPProber

    /// Opens the sockets in the network namespace of the calling thread; `NetworkError` where there is no such
    /// interface, a port is taken or the privilege is missing (CAP_NET_RAW, CAP_NET_BIND_SERVICE).
    package static func open(_ interface: DHCPInterface, ports: ServedPorts) throws(NetworkError) -> DHCPLink {
        let device = try NetworkInterfaces().named(interface.name)
        guard device.addresses.contains(where: { $0.address == interface.address }) else {
            let found = device.addresses.map { "\($0.address)/\($0.prefixLength)" }.joined(separator: ", ")
            throw NetworkError(
                "DHCP on \(interface.name)",
                detail: "the interface does not have the address \(interface.address); it has: \(found)")
        }
        let packets = try PacketSocket(on: device, type: .ipv4, receives: false)
        let prober = try ARPProber(on: device)
        let sockets = try open(ports.ports, on: interface.name)
        return DHCPLink(interface: interface, sockets: sockets, packets: packets, prober: prober)
    }

    private static func open(_ ports: [ServerPort], on name: String) throws(NetworkError) -> [Socket] {
        var sockets: [Socket] = []
        for port in ports {
            do throws(NetworkError) {
                sockets.append(Socket(port: port, udp: try BoundUDPSocket(interface: name, port: port.rawValue)))
            } catch {
                closeAll(sockets)
                throw error
            }
        }
        return sockets
    }

    func close() { Self.closeAll(sockets) }

    private static func closeAll(_ sockets: [Socket]) {
        for socket in sockets { socket.udp.close() }
    }
}
