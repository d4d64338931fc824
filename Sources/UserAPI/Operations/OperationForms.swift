/// What a value is that stands in a path or a query, or in a field of a body whose type does not say it all.
package indirect enum ValueForm: Hashable, Sendable {
    /// Any text, of so many characters.
    case text(ClosedRange<Int>)
    /// Text that matches an ECMA 262 regular expression.
    case pattern(String)
    /// One of these words.
    case word([String])
    case integer(ClosedRange<Int64>)
    /// `true` or `false`.
    case flag
    /// A `Timestamp`.
    case moment
    /// `2026-11-01`, in UTC.
    case day
    case address
    /// A list of so many values at most.
    case list(of: ValueForm, atMost: Int)

    /// Any text that is not empty.
    package static let anyText = ValueForm.text(1...1000)
    /// SHA-256 in hexadecimal.
    package static let digest = ValueForm.pattern("^[0-9a-f]{64}$")
}

/// A parameter of an operation's query.
package struct QueryParameter: Hashable, Sendable {
    package let name: String
    package let form: ValueForm
    package let isRequired: Bool
    /// What it does, in a sentence.
    package let summary: String

    init(_ name: String, _ form: ValueForm, isRequired: Bool = false, _ summary: String) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
        self.summary = summary
    }
}

/// What an operation's request carries.
package enum BodyForm: Sendable {
    case none
    /// A JSON document of this type.
    case json(any (Decodable & Sendable).Type)
    /// A file, or a part of one.
    case file
}

/// How an operation answers where it succeeds.
package struct AnswerForm: Sendable {
    package enum Content: Sendable {
        /// A JSON document of this type.
        case json(any (Decodable & Sendable).Type)
        /// Something else, of this media type.
        case file(String)
    }

    /// The HTTP status.
    package let status: Int
    /// One of these; none where there is no body.
    package let contents: [Content]
    /// Whether it carries an entity tag, which changes may name in `If-Match`.
    package var isTagged = false

    /// 200 with a document.
    static func shows(_ type: any (Decodable & Sendable).Type) -> AnswerForm {
        AnswerForm(status: 200, contents: [.json(type)])
    }

    /// 200 with a document and its entity tag.
    static func showsTagged(_ type: any (Decodable & Sendable).Type) -> AnswerForm {
        AnswerForm(status: 200, contents: [.json(type)], isTagged: true)
    }

    /// 201 with what was made.
    static func makes(_ type: any (Decodable & Sendable).Type) -> AnswerForm {
        AnswerForm(status: 201, contents: [.json(type)])
    }

    /// 202 with the task that was begun.
    static let beginsTask = AnswerForm(status: 202, contents: [.json(TaskDetail.self)])

    /// 204.
    static let nothing = AnswerForm(status: 204, contents: [])

    /// 200 with something that is no JSON document.
    static func sends(_ mediaType: String) -> AnswerForm { AnswerForm(status: 200, contents: [.file(mediaType)]) }
}
