extension Collection<UInt8> where Index == Int {
    /// The little-endian number in `count` octets from `offset` on; nil beyond the end.
    func number(at offset: Int, _ count: Int) -> UInt64? {
        guard offset >= 0, count <= 8, offset + count <= self.count else { return nil }
        return (0..<count).reduce(0) { value, index in
            value | UInt64(self[startIndex + offset + index]) << UInt64(8 * index)
        }
    }

    /// True if `magic` stands at `offset`.
    func holds(_ magic: some Collection<UInt8>, at offset: Int) -> Bool {
        guard offset >= 0, offset + magic.count <= count else { return false }
        return dropFirst(offset).starts(with: magic)
    }
}

extension [UInt8] {
    /// Appends all octets of `number`, the lowest first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
