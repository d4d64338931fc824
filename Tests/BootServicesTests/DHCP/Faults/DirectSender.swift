import DHCP
import LinuxSystem
import NIOCore
import NetworkTestSupport
import NetworkTypes
import Testing

/// Sends to the server's own addresses, as a client does that has an address, or as a router does that passes it on.
struct DirectSender {
    private let socket: PacketSocket
    private let server: MACAddress

    init(in network: TestNetwork) throws {
        socket = try network.inside(.client) {
            try PacketSocket(
                on: NetworkInterfaces().named(TestNetwork.interface), type: .ipv4, receives: false)
        }
        let mac = try network.inside(.server) { try NetworkInterfaces().named(TestNetwork.interface).mac }
        server = try #require(mac)
    }

    func send(_ message: Message, from source: IPv4Address) throws {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(
                source: source, sourcePort: 68, destination: DHCPRig.server, destinationPort: 67, payload: payload))
        try socket.send(Array(packet.readableBytesView), to: server)
    }
}
