/// Numbers whose lowest byte comes first.
enum LittleEndianBytes {
    /// The number in `count` bytes at `offset`, which have to be there.
    static func integer(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The GUID in 16 bytes at `offset`, which have to be there: its first three fields have their lowest byte first.
    static func guid(_ bytes: [UInt8], _ offset: Int) -> String {
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        let digits = Array("0123456789ABCDEF")
        return order.enumerated().reduce(into: "") { text, part in
            if [4, 6, 8, 10].contains(part.offset) { text.append("-") }
            let byte = bytes[offset + part.element]
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}

/// Numbers whose highest byte comes first.
enum BigEndianBytes {
    /// The number in `count` bytes at `offset`, which have to be there.
    static func integer(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
