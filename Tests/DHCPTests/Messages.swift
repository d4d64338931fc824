import DHCP
import NIOCore
import NetworkTypes

/// A DISCOVER without anything else.
func request() -> Message {
    var message = Message(operation: .bootRequest, hardwareAddress: [2, 0, 0, 0, 0, 7], transactionID: 1)
    message.options.set(KnownOptions.messageType, .discover)
    return message
}

func encoded(_ message: Message, maximumSize: Int = 548) throws -> [UInt8] {
    var buffer = ByteBuffer()
    try buffer.writeDHCPMessage(message, maximumSize: maximumSize)
    return Array(buffer.readableBytesView)
}

func roundTrip(_ message: Message, maximumSize: Int = 548) throws -> Message {
    var buffer = ByteBuffer(bytes: try encoded(message, maximumSize: maximumSize))
    return try buffer.readDHCPMessage()
}

/// The fixed part of a request, and these octets as its options field.
func packet(options: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 6, 0] + Array(repeating: 0, count: 24) + [2, 0, 0, 0, 0, 7]
    bytes += Array(repeating: 0, count: 236 - bytes.count)
    return bytes + [0x63, 0x82, 0x53, 0x63] + options
}

func error(of bytes: [UInt8]) -> DHCPError? {
    var buffer = ByteBuffer(bytes: bytes)
    do throws(DHCPError) {
        _ = try buffer.readDHCPMessage()
        return nil
    } catch {
        return error
    }
}
