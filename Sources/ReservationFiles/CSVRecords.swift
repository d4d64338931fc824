/// The records of a text in CSV form (RFC 4180 section 2): fields parted by commas, in double quotes where they hold a
/// comma, a quote (written twice) or the end of a line.
struct CSVRecords {
    struct Record: Hashable {
        /// Where it begins; the first line is 1.
        var line: Int
        var fields: [String]
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ text: String) {
        // A byte order mark is no part of the first field.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes = Array(text.utf8.starts(with: mark) ? text.utf8.dropFirst(3) : text.utf8[...])
    }

    /// The next record; nil at the end. A quoted field that never ends, or goes on after its quote, throws.
    mutating func next() throws(ReservationFile.Refusal) -> Record? {
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < bytes.count, bytes[position] == Self.comma else { break }
            position += 1
        }
        endLine()
        return Record(line: start, fields: fields)
    }

    /// Goes on after a record that threw, at the next line.
    mutating func skipLine() {
        while position < bytes.count, bytes[position] != Self.lineFeed { position += 1 }
        endLine()
    }

    private mutating func endLine() {
        if position < bytes.count, bytes[position] == Self.carriageReturn { position += 1 }
        if position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
        line += 1
    }

    private mutating func field() throws(ReservationFile.Refusal) -> String {
        if position < bytes.count, bytes[position] == Self.quote { return try quotedField() }
        let start = position
        while position < bytes.count, !isEndOfField(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quotedField() throws(ReservationFile.Refusal) -> String {
        let start = line
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == Self.lineFeed { line += 1 }
            guard byte == Self.quote else {
                content.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == Self.quote {
                content.append(Self.quote)
                position += 1
                continue
            }
            guard position == bytes.count || isEndOfField(bytes[position]) else {
                throw ReservationFile.Refusal(line: line, reason: "a field goes on after its closing quote")
            }
            return String(decoding: content, as: UTF8.self)
        }
        throw ReservationFile.Refusal(line: start, reason: "a quoted field never ends")
    }

    private func isEndOfField(_ byte: UInt8) -> Bool {
        byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn
    }
}
