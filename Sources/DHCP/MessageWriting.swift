package import NIOCore
import NetworkTypes

extension ByteBuffer {
    /// Writes a DHCP message, padded to 300 octets.
    ///
    /// - Parameter maximumSize: octets that the message may have without IP and UDP headers; at least 548, which every
    ///   client takes (RFC 2131 section 2).
    /// - Throws: `DHCPError` where a field or the options are too long; nothing is written then.
    package mutating func writeDHCPMessage(_ message: Message, maximumSize: Int = 548) throws(DHCPError) {
        try message.checkFields()
        var packer = OptionPacker(
            optionsSize: max(548, maximumSize) - MessageLayout.optionsOffset, fileIsFree: message.bootFile.isEmpty,
            nameIsFree: message.serverName.isEmpty)
        for option in message.options.elements where option.code != .overload { try packer.add(option) }
        writeBytes(message.encoded(with: packer))
    }
}

extension Message {
    fileprivate func checkFields() throws(DHCPError) {
        let fields = [
            ("chaddr", 28, hardwareAddress, MessageLayout.hardwareAddressSize),
            ("sname", MessageLayout.serverNameOffset, serverName, MessageLayout.serverNameSize),
            ("file", MessageLayout.bootFileOffset, bootFile, MessageLayout.bootFileSize),
        ]
        for (name, offset, bytes, size) in fields where bytes.count > size {
            throw DHCPError(offset: offset, expected: "\(name) of at most \(size) octets", actual: "\(bytes.count)")
        }
        for option in options.elements where option.code == .pad || option.code == .end {
            throw DHCPError(option: option.code, offset: 0, expected: "an option number 1 to 254", actual: "a mark")
        }
    }

    fileprivate func encoded(with packer: OptionPacker) -> [UInt8] {
        var bytes: [UInt8] = [operation.rawValue, hardwareType, UInt8(hardwareAddress.count), hops]
        bytes += word(transactionID) + word(UInt32(seconds) << 16 | UInt32(flags))
        bytes += clientAddress.bytes + yourAddress.bytes + nextServer.bytes + relayAddress.bytes
        bytes += padded(hardwareAddress, to: MessageLayout.hardwareAddressSize)
        bytes += padded(field(serverName, packer.areas[2].bytes), to: MessageLayout.serverNameSize)
        bytes += padded(field(bootFile, packer.areas[1].bytes), to: MessageLayout.bootFileSize)
        bytes += word(MessageLayout.magicCookie)
        if let overload = packer.overload { bytes += [OptionCode.overload.rawValue, 1, overload] }
        bytes += packer.areas[0].bytes + [OptionCode.end.rawValue]
        return padded(bytes, to: MessageLayout.minimumSize)
    }

    private func field(_ text: [UInt8], _ options: [UInt8]) -> [UInt8] {
        options.isEmpty ? text : options + [OptionCode.end.rawValue]
    }

    private func padded(_ bytes: [UInt8], to size: Int) -> [UInt8] {
        bytes + Array(repeating: 0, count: max(0, size - bytes.count))
    }

    private func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}
