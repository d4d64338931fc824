/// One message of rtnetlink (netlink(7)): its type, flags and body. Numbers are little-endian, as on every machine that
/// this project supports.
struct NetlinkMessage: Hashable, Sendable {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    var body: [UInt8]

    static let headerSize = 16
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    static let newLink: UInt16 = 16
    static let getLink: UInt16 = 18
    static let newAddress: UInt16 = 20
    static let getAddress: UInt16 = 22
    static let newRoute: UInt16 = 24

    static let request: UInt16 = 0x1
    static let acknowledge: UInt16 = 0x4
    static let dump: UInt16 = 0x300
    static let replace: UInt16 = 0x100
    static let create: UInt16 = 0x400

    /// The message with its header, ready to send.
    var encoded: [UInt8] {
        littleEndian(UInt32(Self.headerSize + body.count)) + littleEndian(type) + littleEndian(flags)
            + littleEndian(sequence) + littleEndian(UInt32(0)) + body
    }

    /// Reads the messages of one datagram; `NetworkError` where a length is wrong.
    static func messages(in bytes: [UInt8]) throws(NetworkError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var offset = 0
        while offset < bytes.count {
            guard let length = number(bytes, at: offset, size: 4).map(Int.init), length >= headerSize,
                length <= bytes.count - offset, let type = number(bytes, at: offset + 4, size: 2),
                let flags = number(bytes, at: offset + 6, size: 2),
                let sequence = number(bytes, at: offset + 8, size: 4)
            else {
                throw NetworkError(
                    "netlink", detail: "the message at octet \(offset) of \(bytes.count) has a wrong length")
            }
            messages.append(
                NetlinkMessage(
                    type: UInt16(type), flags: UInt16(flags), sequence: sequence,
                    body: Array(bytes[offset + headerSize..<offset + length])))
            offset += (length + 3) & ~3
        }
        return messages
    }

    /// The errno of an error message, 0 for an acknowledgement; nil for other messages.
    var errorCode: Int32? {
        guard type == Self.error, let value = number(body, at: 0, size: 4) else { return nil }
        return 0 &- Int32(bitPattern: value)
    }
}

/// A number's octets, lowest first.
func littleEndian(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    stride(from: 0, to: value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// `size` octets (at most 4) at `offset` as a number; nil where they are not all there.
func number(_ bytes: [UInt8], at offset: Int, size: Int) -> UInt32? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt32($1) }
}
