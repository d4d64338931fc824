import BootServices
import BootTimeline
import DHCP
import NIOCore
import NetworkTypes

/// Answers of other servers, as the tests of this folder hear them.
enum ForeignAnswers {
    static let server = IPv4Address(10, 77, 0, 66)
    static let client = mac(0x11)
    static let serverMAC = mac(0x66)

    static func mac(_ last: UInt8) -> MACAddress { MACAddress([0x52, 0x54, 0, 0, 1, last] as [UInt8]) ?? .zero }

    /// What server `server` says to `client`.
    static func answer(
        _ type: String = "OFFER", from server: IPv4Address = ForeignAnswers.server, source: IPv4Address? = nil,
        address: IPv4Address? = nil, isProxy: Bool = false, bootFile: String? = nil
    ) -> ForeignAnswer {
        var record = DHCPRecord(type: type, interface: "eth1")
        record.server = server
        record.address = address
        record.isProxy = isProxy
        record.bootFile = bootFile
        return ForeignAnswer(
            client: client, source: source ?? server, server: ForeignServer(address: server, mac: serverMAC),
            record: record)
    }

    /// The message of a server.
    static func message(_ type: MessageType, address: IPv4Address = .any, vendorClass: String? = nil) -> Message {
        var message = Message(operation: .bootReply, hardwareAddress: client.bytes, transactionID: 7)
        message.yourAddress = address
        message.options.set(KnownOptions.messageType, type)
        message.options.set(KnownOptions.serverIdentifier, server)
        message.options.set(KnownOptions.vendorClass, vendorClass)
        return message
    }

    /// The packet that carries it.
    static func frame(_ message: Message, port: UInt16 = 67) throws -> UDPFrame {
        var payload = ByteBuffer()
        try payload.writeDHCPMessage(message)
        return UDPFrame(
            source: server, sourcePort: port, destination: .broadcast, destinationPort: 68, payload: payload)
    }
}
