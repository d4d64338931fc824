/// The attributes (rtattr) that follow a message's fixed part.
struct NetlinkAttributes: Sendable {
    private(set) var values: [UInt16: [UInt8]] = [:]

    /// Reads the attributes of `body` from `offset` on; ends quietly at the first one whose length is wrong.
    init(_ body: [UInt8], from offset: Int) {
        var offset = offset
        while let length = number(body, at: offset, size: 2).map(Int.init), length >= 4, length <= body.count - offset,
            let type = number(body, at: offset + 2, size: 2)
        {
            // The two highest bits mark nesting and byte order.
            values[UInt16(type) & 0x3FFF] = Array(body[offset + 4..<offset + length])
            offset += (length + 3) & ~3
        }
    }

    subscript(type: UInt16) -> [UInt8]? { values[type] }

    /// Text up to its NUL.
    func text(_ type: UInt16) -> String? { values[type].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } }

    /// One attribute, padded to four octets.
    static func encode(_ type: UInt16, _ data: [UInt8]) -> [UInt8] {
        let bytes = littleEndian(UInt16(truncatingIfNeeded: data.count + 4)) + littleEndian(type) + data
        return bytes + Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
}
