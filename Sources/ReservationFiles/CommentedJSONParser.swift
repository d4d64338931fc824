/// Reads JSON (RFC 8259) with comments, value by value.
struct CommentedJSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// How deep arrays and objects may lie in one another.
    private static let depthLimit = 64

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The one value that the text is.
    mutating func document() throws(ReservationFile.Refusal) -> CommentedJSON {
        let value = try value(depth: 0)
        try skipSpace()
        guard position == bytes.count else { throw refusal("the text goes on after its end") }
        return value
    }

    private func refusal(_ reason: String) -> ReservationFile.Refusal {
        ReservationFile.Refusal(line: line, reason: reason)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int) throws(ReservationFile.Refusal) -> CommentedJSON {
        guard depth < Self.depthLimit else { throw refusal("more than \(Self.depthLimit) levels deep") }
        try skipSpace()
        let start = line
        switch next {
        case UInt8(ascii: "{"): return CommentedJSON(line: start, value: .object(try object(depth: depth)))
        case UInt8(ascii: "["): return CommentedJSON(line: start, value: .array(try array(depth: depth)))
        case UInt8(ascii: "\""): return CommentedJSON(line: start, value: .text(try string()))
        case UInt8(ascii: "<"): throw refusal("an include, which is not followed: give the file that it names")
        default: return CommentedJSON(line: start, value: .literal(try literal()))
        }
    }

    private mutating func object(depth: Int) throws(ReservationFile.Refusal) -> [String: CommentedJSON] {
        var members: [String: CommentedJSON] = [:]
        position += 1
        while try !ends(with: UInt8(ascii: "}")) {
            guard next == UInt8(ascii: "\"") else { throw refusal("expected the name of a member in quotes") }
            let key = try string()
            try skipSpace()
            guard next == UInt8(ascii: ":") else { throw refusal("expected ':' after \"\(key)\"") }
            position += 1
            guard members[key] == nil else { throw refusal("\"\(key)\" comes twice") }
            members[key] = try value(depth: depth + 1)
            try skipComma(before: UInt8(ascii: "}"))
        }
        return members
    }

    private mutating func array(depth: Int) throws(ReservationFile.Refusal) -> [CommentedJSON] {
        var elements: [CommentedJSON] = []
        position += 1
        while try !ends(with: UInt8(ascii: "]")) {
            elements.append(try value(depth: depth + 1))
            try skipComma(before: UInt8(ascii: "]"))
        }
        return elements
    }

    /// True, and past it, where the closing bracket is next.
    private mutating func ends(with bracket: UInt8) throws(ReservationFile.Refusal) -> Bool {
        try skipSpace()
        guard next == bracket else { return false }
        position += 1
        return true
    }

    private mutating func skipComma(before bracket: UInt8) throws(ReservationFile.Refusal) {
        try skipSpace()
        if next == UInt8(ascii: ",") {
            position += 1
        } else if next != bracket {
            throw refusal("expected ',' or '\(Character(Unicode.Scalar(bracket)))'")
        }
    }

    private mutating func literal() throws(ReservationFile.Refusal) -> String {
        let start = position
        while let byte = next, Self.isLiteral(byte) { position += 1 }
        guard position > start else {
            throw refusal(next == nil ? "the text ends too early" : "expected a value")
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func string() throws(ReservationFile.Refusal) -> String {
        var content: [UInt8] = []
        position += 1
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content += try escaped()
            case UInt8(ascii: "\n"): throw refusal("a string never ends")
            default: content.append(byte)
            }
        }
        throw refusal("a string never ends")
    }

    /// What stands behind a backslash. Surrogates, which no value that is read here has, count as unknown characters.
    private mutating func escaped() throws(ReservationFile.Refusal) -> [UInt8] {
        guard let byte = next else { throw refusal("a string never ends") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
            guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let number = UInt32(digits, radix: 16) else {
                throw refusal("\\u needs four hexadecimal digits")
            }
            position += 4
            return Array(String(Character(Unicode.Scalar(number) ?? "\u{FFFD}")).utf8)
        default: throw refusal("an escape that JSON does not know")
        }
    }

    private mutating func skipSpace() throws(ReservationFile.Refusal) {
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                position += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipLine() { while let byte = next, byte != UInt8(ascii: "\n") { position += 1 } }

    private mutating func skipComment() throws(ReservationFile.Refusal) {
        let second = position + 1 < bytes.count ? bytes[position + 1] : 0
        if second == UInt8(ascii: "/") { return skipLine() }
        guard second == UInt8(ascii: "*") else { throw refusal("expected a comment after '/'") }
        let start = line
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return
            }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        throw ReservationFile.Refusal(line: start, reason: "a comment never ends")
    }
}
