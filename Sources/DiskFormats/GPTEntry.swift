/// One used entry of a GPT (UEFI 2.10, table 5-6).
package struct GPTEntry: Hashable, Sendable {
    package var type: GUID
    package var unique: GUID
    package var firstLBA: UInt64
    /// Inclusive.
    package var lastLBA: UInt64
    package var attributes: UInt64
    /// At most 36 UTF-16 code units; longer names are cut on the disk.
    package var name: String

    /// The octets of an entry of the common size.
    package static let size = 128

    package init(
        type: GUID, unique: GUID, firstLBA: UInt64, lastLBA: UInt64, attributes: UInt64 = 0, name: String = ""
    ) {
        self.type = type
        self.unique = unique
        self.firstLBA = firstLBA
        self.lastLBA = lastLBA
        self.attributes = attributes
        self.name = name
    }

    /// Reads an entry of at least 128 octets; nil if it is unused or too short.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= Self.size, let type = GUID(bytes[0..<16]), type != .zero,
            let unique = GUID(bytes[16..<32]), let first = bytes.number(at: 32, 8), let last = bytes.number(at: 40, 8),
            let attributes = bytes.number(at: 48, 8)
        else { return nil }
        let units = stride(from: 56, to: 128, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
        let name = String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
        self.init(type: type, unique: unique, firstLBA: first, lastLBA: last, attributes: attributes, name: name)
    }

    /// The entry's 128 octets.
    var encoded: [UInt8] {
        var bytes = type.bytes + unique.bytes
        bytes.append(littleEndian: firstLBA)
        bytes.append(littleEndian: lastLBA)
        bytes.append(littleEndian: attributes)
        for unit in name.utf16.prefix(36) { bytes.append(littleEndian: unit) }
        return bytes + [UInt8](repeating: 0, count: Self.size - bytes.count)
    }
}
