import DHCP
import NetworkTypes

/// Asks a network who answers there: the DISCOVER of a PXE client that no host is, and that never asks for what it is
/// offered.
struct ForeignServerProbe: Sendable {
    /// One for as long as the server runs, so that it takes up no more than one address of each other server's pool.
    let mac: MACAddress

    /// - Parameter random: five octets; with a locally administered prefix they are the probe's hardware address.
    init?(random: [UInt8]) {
        let octets: [UInt8] = [0x02] + random
        guard let mac = MACAddress(octets) else { return nil }
        self.mac = mac
    }

    /// A DISCOVER whose answers are broadcast, so that a switch lets everyone hear them.
    func discover(transactionID: UInt32) -> Message {
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
