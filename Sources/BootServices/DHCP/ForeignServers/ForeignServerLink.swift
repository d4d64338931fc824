import DHCP
package import LinuxSystem
import NIOCore
import NetworkTypes

/// The packet socket that hears what servers say to clients on one interface, and asks them.
package struct ForeignServerLink: Sendable {
    private let interface: DHCPInterface
    /// Sees nothing that this machine sends.
    private let packets: PacketSocket

    /// Opens the socket in the network namespace of the calling thread; `NetworkError` where there is no such interface
    /// or the privilege is missing (CAP_NET_RAW).
    package static func open(_ interface: DHCPInterface) throws(NetworkError) -> ForeignServerLink {
        let device = try NetworkInterfaces().named(interface.name)
        return ForeignServerLink(
            interface: interface, packets: try PacketSocket(on: device, type: .ipv4, udpPort: 68))
    }

    /// Broadcasts a message of a client.
    func broadcast(_ message: Message) throws {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(source: .any, sourcePort: 68, destination: .broadcast, destinationPort: 67, payload: payload))
        try packets.send(Array(packet.readableBytesView), to: .broadcast)
    }

    /// The answers that came in, from the DHCP port (67) and the PXE boot server's (4011); at most `limit` packets are
    /// looked at.
    func answers(limit: Int) throws -> [ForeignAnswer] {
        var answers: [ForeignAnswer] = []
        for _ in 0..<limit {
            guard let packet = try packets.receive() else { break }
            var buffer = ByteBuffer(bytes: packet.bytes)
            guard let frame = try? buffer.readUDPFrame(checksumIsPartial: !packet.checksumIsComplete),
                frame.sourcePort == 67 || frame.sourcePort == 4011,
                let answer = ForeignAnswer(frame, from: packet.source, on: interface.name)
            else { continue }
            answers.append(answer)
        }
        return answers
    }
}
