package import NIOCore
import NetworkTypes

/// Sizes and marks of the fixed part of a message (RFC 2131 section 2).
enum MessageLayout {
    static let magicCookie: UInt32 = 0x6382_5363
    static let hardwareAddressSize = 16
    static let serverNameSize = 64
    static let serverNameOffset = 44
    static let bootFileSize = 128
    static let bootFileOffset = 108
    /// The fixed part with the cookie.
    static let optionsOffset = 240
    /// What BOOTP relays and clients expect at least (RFC 1542 section 2.1).
    static let minimumSize = 300
}

extension ByteBuffer {
    /// Reads the whole buffer as one DHCP message; throws `DHCPError` and moves nothing where it is malformed.
    package mutating func readDHCPMessage() throws(DHCPError) -> Message {
        var copy = self
        let size = copy.readableBytes
        guard size >= MessageLayout.optionsOffset, let bytes = copy.readBytes(length: size) else {
            throw DHCPError(offset: size, expected: "at least \(MessageLayout.optionsOffset) octets", actual: "\(size)")
        }
        let message = try MessageReader(bytes: bytes).message()
        self = copy
        return message
    }
}

/// Reads the fields of one message; `bytes` holds at least the fixed part.
private struct MessageReader {
    let bytes: [UInt8]

    func message() throws(DHCPError) -> Message {
        let cookie = word(236)
        guard cookie == MessageLayout.magicCookie else {
            throw DHCPError(offset: 236, expected: "the magic cookie 63825363", actual: String(cookie, radix: 16))
        }
        let length = Int(bytes[2])
        guard length <= MessageLayout.hardwareAddressSize else {
            throw DHCPError(offset: 2, expected: "hlen 0 to 16", actual: "\(length)")
        }
        var message = Message(
            operation: Message.Operation(rawValue: bytes[0]), hardwareAddress: Array(bytes[28..<28 + length]),
            transactionID: word(4))
        message.hardwareType = bytes[1]
        message.hops = bytes[3]
        message.seconds = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
        message.flags = UInt16(bytes[10]) << 8 | UInt16(bytes[11])
        message.clientAddress = IPv4Address(value: word(12))
        message.yourAddress = IPv4Address(value: word(16))
        message.nextServer = IPv4Address(value: word(20))
        message.relayAddress = IPv4Address(value: word(24))
        try readOptions(into: &message)
        return message
    }

    /// Joins the options of the options field, then `file`, then `sname` (RFC 3396 section 5).
    private func readOptions(into message: inout Message) throws(DHCPError) {
        var options = OptionList()
        try OptionReader.read(bytes, in: MessageLayout.optionsOffset..<bytes.count, into: &options)
        let overload = try overload(in: options)
        options[.overload] = nil
        if overload & 1 != 0 {
            try OptionReader.read(bytes, in: fileRange, into: &options, isOverloaded: true)
        } else {
            message.bootFile = Array(bytes[fileRange].prefix { $0 != 0 })
        }
        if overload & 2 != 0 {
            try OptionReader.read(bytes, in: nameRange, into: &options, isOverloaded: true)
        } else {
            message.serverName = Array(bytes[nameRange].prefix { $0 != 0 })
        }
        message.options = options
    }

    private func overload(in options: OptionList) throws(DHCPError) -> UInt8 {
        guard let data = options[.overload] else { return 0 }
        guard data.count == 1, (1...3).contains(data[0]) else {
            throw DHCPError(option: .overload, offset: 0, expected: "1 octet, 1 to 3", actual: describe(data))
        }
        return data[0]
    }

    private var fileRange: Range<Int> {
        MessageLayout.bootFileOffset..<MessageLayout.bootFileOffset + MessageLayout.bootFileSize
    }

    private var nameRange: Range<Int> {
        MessageLayout.serverNameOffset..<MessageLayout.serverNameOffset + MessageLayout.serverNameSize
    }

    private func word(_ offset: Int) -> UInt32 {
        UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
            | UInt32(bytes[offset + 3])
    }
}
