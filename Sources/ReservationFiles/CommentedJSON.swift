/// A value of a JSON text that knows its line. Comments (`//`, `#`, `/* */`) stand wherever white space may, and a
/// comma may stand behind the last element, as Kea has it.
struct CommentedJSON: Hashable {
    enum Value: Hashable {
        case object([String: CommentedJSON])
        case array([CommentedJSON])
        case text(String)
        /// A number, `true`, `false` or `null`, as it stands there.
        case literal(String)
    }

    /// Where it begins; the first line is 1.
    var line: Int
    var value: Value

    /// The member of an object; nil for other values.
    subscript(key: String) -> CommentedJSON? {
        guard case .object(let members) = value else { return nil }
        return members[key]
    }

    /// The elements of an array; nil for other values.
    var elements: [CommentedJSON]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    /// The content of a string; nil for other values.
    var text: String? {
        guard case .text(let text) = value else { return nil }
        return text
    }

    /// Reads a whole text.
    static func parse(_ text: String) throws(ReservationFile.Refusal) -> CommentedJSON {
        var parser = CommentedJSONParser(text)
        return try parser.document()
    }
}
