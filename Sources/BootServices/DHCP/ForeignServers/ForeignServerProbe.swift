import DHCP
import NIOCore
import NetworkTypes

/// Asks a network who answers there: the DISCOVER of a PXE client that no host is, and that never asks for what it is
/// offered.
struct ForeignServerProbe: Sendable {
    /// One for as long as the server runs, so that it takes up no more than one address of each other server's pool.
    let mac: MACAddress

    /// Its hardware address is a random one, locally administered.
    init() {
        func octet() -> UInt8 { .random(in: .min ... .max) }
        mac = MACAddress(octets: (0x02, octet(), octet(), octet(), octet(), octet()))
    }

    /// The packet that carries a new DISCOVER to all servers of the network.
    func packet() throws -> [UInt8] {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(discover(transactionID: .random(in: .min ... .max)))
        var packet = ByteBuffer()
        try packet.writeUDPFrame(
            UDPFrame(source: .any, sourcePort: 68, destination: .broadcast, destinationPort: 67, payload: payload))
        return Array(packet.readableBytesView)
    }

    /// A DISCOVER whose answers are broadcast, so that a switch lets everyone hear them.
    private func discover(transactionID: UInt32) -> Message {
        var message = Message(operation: .bootRequest, hardwareAddress: mac.bytes, transactionID: transactionID)
        message.wantsBroadcast = true
        message.options.set(KnownOptions.messageType, MessageType.discover)
        message.options.set(KnownOptions.maximumMessageSize, UInt16(1472))
        message.options.set(
            KnownOptions.parameterRequestList,
            [
                KnownOptions.subnetMask.code, KnownOptions.routers.code, KnownOptions.vendorClass.code,
                KnownOptions.tftpServerName.code, KnownOptions.bootFileName.code,
            ])
        // A proxy answers only those who say that they boot (PXE 2.1, RFC 4578).
        message.options.set(KnownOptions.vendorClass, "PXEClient:Arch:00007:UNDI:003016")
        message.options.set(KnownOptions.clientArchitecture, [ClientArchitecture.x64UEFI])
        message.options.set(KnownOptions.networkInterface, NetworkInterfaceIdentifier(type: 1, major: 3, minor: 16))
        message.options[KnownOptions.machineIdentifier.code] = [UInt8](repeating: 0, count: 11) + mac.bytes
        return message
    }
}
