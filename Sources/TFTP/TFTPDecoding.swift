package import NIOCore

extension TFTPPacket {
    /// Octets of the longest request that is read; RFC 2347 section 3 allows 512.
    private static let longestRequest = 1024

    /// Reads the packet that fills `datagram`.
    package init(datagram: ByteBuffer) throws(TFTPDecodingError) {
        var buffer = datagram
        let number = try buffer.number(expected: "an opcode")
        guard let opcode = Opcode(rawValue: number) else {
            throw TFTPDecodingError(offset: 0, expected: "an opcode from 1 to 6", found: "\(number)")
        }
        switch opcode {
        case .readRequest: self = .readRequest(try buffer.request(limit: Self.longestRequest))
        case .writeRequest: self = .writeRequest(try buffer.request(limit: Self.longestRequest))
        case .data:
            self = .data(block: try buffer.number(expected: "a block number"), payload: buffer.slice())
        case .acknowledgement:
            // Octets behind the block number are ignored: some boot ROMs pad their packets.
            self = .acknowledgement(block: try buffer.number(expected: "a block number"))
        case .error:
            let code = TFTPErrorCode(rawValue: try buffer.number(expected: "an error code"))
            self = .error(TFTPError(code, buffer.errorMessage()))
        case .optionAcknowledgement: self = .optionAcknowledgement(try buffer.options())
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func number(expected: String) throws(TFTPDecodingError) -> UInt16 {
        guard let number = readInteger(as: UInt16.self) else {
            throw TFTPDecodingError(offset: readerIndex, expected: expected, found: "\(readableBytes) octets")
        }
        return number
    }

    fileprivate mutating func request(limit: Int) throws(TFTPDecodingError) -> TFTPRequest {
        guard readableBytes <= limit else {
            throw TFTPDecodingError(offset: readerIndex, expected: "at most \(limit)", found: "\(readableBytes) octets")
        }
        let start = readerIndex
        let file = try text("a file name")
        guard !file.isEmpty else {
            throw TFTPDecodingError(offset: start, expected: "a file name", found: "an empty one")
        }
        return TFTPRequest(file: file, mode: TFTPMode(rawValue: try text("a mode")), options: try options())
    }

    /// Reads options up to the end, or up to the NUL octets that some boot ROMs pad with.
    fileprivate mutating func options() throws(TFTPDecodingError) -> [TFTPOption] {
        var options: [TFTPOption] = []
        while readableBytes > 0, !readableBytesView.allSatisfy({ $0 == 0 }) {
            options.append(TFTPOption(try text("an option's name"), try text("an option's value")))
        }
        return options
    }

    /// Reads UTF-8 up to the next NUL, which must exist.
    private mutating func text(_ what: String) throws(TFTPDecodingError) -> String {
        let start = readerIndex
        let view = readableBytesView
        guard let end = view.firstIndex(of: 0) else {
            throw TFTPDecodingError(offset: start, expected: "\(what) that ends with NUL", found: "no NUL")
        }
        guard let text = String(validating: view[start..<end], as: UTF8.self) else {
            throw TFTPDecodingError(offset: start, expected: "\(what) in UTF-8", found: "other octets")
        }
        moveReaderIndex(forwardBy: end - start + 1)
        return text
    }

    /// The rest up to a NUL or the end: clients leave the NUL out, and the text matters to no decision.
    fileprivate func errorMessage() -> String { String(decoding: readableBytesView.prefix { $0 != 0 }, as: UTF8.self) }
}
