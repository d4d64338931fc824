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
        try message.options.forEach { code, data throws(DHCPError) in
            if code != .overload { try packer.add(code, data) }
        }
        write(message, with: packer)
    }

    private mutating func write(_ message: Message, with packer: OptionPacker) {
        let start = writerIndex
        reserveCapacity(minimumWritableBytes: MessageLayout.optionsOffset + packer.areas[0].capacity + 8)
        writeMultipleIntegers(
            message.operation.rawValue, message.hardwareType, UInt8(message.hardwareAddress.count), message.hops,
            message.transactionID, message.seconds, message.flags, message.clientAddress.value,
            message.yourAddress.value, message.nextServer.value, message.relayAddress.value)
        write(message.hardwareAddress, paddedTo: MessageLayout.hardwareAddressSize)
        write(field(message.serverName, packer.areas[2].bytes), paddedTo: MessageLayout.serverNameSize)
        write(field(message.bootFile, packer.areas[1].bytes), paddedTo: MessageLayout.bootFileSize)
        writeInteger(MessageLayout.magicCookie)
        if let overload = packer.overload { writeMultipleIntegers(OptionCode.overload.rawValue, 1 as UInt8, overload) }
        writeBytes(packer.areas[0].bytes)
        writeInteger(OptionCode.end.rawValue)
        writeRepeatingByte(0, count: max(0, MessageLayout.minimumSize - (writerIndex - start)))
    }

    private mutating func write(_ bytes: [UInt8], paddedTo size: Int) {
        writeBytes(bytes)
        writeRepeatingByte(0, count: size - bytes.count)
    }

    private func field(_ text: [UInt8], _ options: [UInt8]) -> [UInt8] {
        options.isEmpty ? text : options + [OptionCode.end.rawValue]
    }
}

extension Message {
    fileprivate func checkFields() throws(DHCPError) {
        func check(_ name: String, _ bytes: [UInt8], at offset: Int, size: Int) throws(DHCPError) {
            guard bytes.count > size else { return }
            throw DHCPError(offset: offset, expected: "\(name) of at most \(size) octets", actual: "\(bytes.count)")
        }
        try check("chaddr", hardwareAddress, at: 28, size: MessageLayout.hardwareAddressSize)
        try check("sname", serverName, at: MessageLayout.serverNameOffset, size: MessageLayout.serverNameSize)
        try check("file", bootFile, at: MessageLayout.bootFileOffset, size: MessageLayout.bootFileSize)
        try options.forEach { code, _ throws(DHCPError) in
            guard code != .pad, code != .end else {
                throw DHCPError(option: code, offset: 0, expected: "an option number 1 to 254", actual: "a mark")
            }
        }
    }
}
