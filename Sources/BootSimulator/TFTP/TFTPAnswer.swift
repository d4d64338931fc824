/// What a TFTP server sends, read octet by octet (RFC 1350 section 5, RFC 2347).
package enum TFTPAnswer: Hashable, Sendable {
    /// A block with this many octets.
    case data(block: UInt16, count: Int)
    /// An OACK; names in lower case.
    case options([String: String])
    case error(code: UInt16, message: String)

    /// Nil for anything else.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 4, bytes[0] == 0 else {
            guard bytes == [0, 6] else { return nil }
            self = .options([:])
            return
        }
        let number = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        switch bytes[1] {
        case 3: self = .data(block: number, count: bytes.count - 4)
        case 5: self = .error(code: number, message: String(decoding: bytes[4...].prefix { $0 != 0 }, as: UTF8.self))
        case 6:
            let words = bytes[2...].split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            // Each word ends with NUL, so the last piece is empty.
            guard words.count % 2 == 1, words.last?.isEmpty == true else { return nil }
            var options: [String: String] = [:]
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                options[words[index].lowercased()] = words[index + 1]
            }
            self = .options(options)
        default: return nil
        }
    }
}
