import DHCP
import LinuxSystem
import NIOCore
import NetworkTypes

/// Sends replies on one link.
struct ReplySender: Sendable {
    /// The socket that the requests come in by; what a router may carry goes out by it too.
    let socket: BoundUDPSocket
    let link: DHCPLink

    func send(_ bytes: ByteBuffer, to destination: ReplyDestination) throws {
        switch destination {
        case .relay(let address): try socket.send(bytes, to: address, port: 67)
        case .client(let address): try socket.send(bytes, to: address, port: 68)
        case .bootClient(let address, let port): try socket.send(bytes, to: address, port: port)
        case .broadcast: try sendRaw(bytes, to: .broadcast, mac: .broadcast)
        case .hardware(let mac, let address): try sendRaw(bytes, to: address, mac: mac)
        }
    }

    private func sendRaw(_ bytes: ByteBuffer, to address: IPv4Address, mac: MACAddress) throws {
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: link.interface.address, sourcePort: 67, destination: address, destinationPort: 68,
                payload: bytes))
        try link.packets.send(Array(packet.readableBytesView), to: mac)
    }
}
