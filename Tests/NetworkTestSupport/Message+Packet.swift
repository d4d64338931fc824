package import DHCP
import NIOCore
import NetworkTypes

extension Message {
    /// The IPv4 packet in which a client without an address broadcasts the message to servers.
    package func clientBroadcast() throws -> [UInt8] {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(self)
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(source: .any, sourcePort: 68, destination: .broadcast, destinationPort: 67, payload: payload))
        return Array(packet.readableBytesView)
    }
}
