package import NIOCore

extension TFTPPacket {
    /// Appends the packet to `buffer`. A NUL within a text would end it early, so it is left out.
    package func write(into buffer: inout ByteBuffer) {
        switch self {
        case .readRequest(let request): buffer.write(.readRequest, request)
        case .writeRequest(let request): buffer.write(.writeRequest, request)
        case .data(let block, let payload):
            buffer.writeInteger(Self.header(ofBlock: block))
            buffer.writeImmutableBuffer(payload)
        case .acknowledgement(let block): buffer.write(.acknowledgement, block)
        case .error(let error):
            buffer.write(.error, error.code.rawValue)
            buffer.write(text: error.message)
        case .optionAcknowledgement(let options):
            buffer.writeInteger(Opcode.optionAcknowledgement.rawValue)
            buffer.write(options)
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ opcode: TFTPPacket.Opcode, _ number: UInt16) {
        writeMultipleIntegers(opcode.rawValue, number)
    }

    fileprivate mutating func write(_ opcode: TFTPPacket.Opcode, _ request: TFTPRequest) {
        writeInteger(opcode.rawValue)
        write(text: request.file)
        write(text: request.mode.rawValue)
        write(request.options)
    }

    fileprivate mutating func write(_ options: [TFTPOption]) {
        for option in options {
            write(text: option.name)
            write(text: option.value)
        }
    }

    fileprivate mutating func write(text: String) {
        writeBytes(text.utf8.filter { $0 != 0 })
        writeInteger(UInt8(0))
    }
}
