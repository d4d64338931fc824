import Hummingbird
import UserAPI

extension APIOperation {
    /// Throws 400 unless the query holds what the operation knows and nothing else: a misspelt filter must not turn into
    /// "everything".
    func check(_ query: Parameters) throws {
        for (name, value) in query {
            guard let parameter = self.query.first(where: { $0.name == name }) else {
                let known = self.query.isEmpty ? "none" : "one of: " + self.query.map(\.name).joined(separator: ", ")
                throw HTTPError(.badRequest, message: "'\(name)' is no parameter of \(id), expected \(known)")
            }
            guard parameter.form.accepts(String(value)) else {
                throw HTTPError(.badRequest, message: "\(name) is '\(value)', expected \(parameter.form.rule)")
            }
        }
        for parameter in self.query where parameter.isRequired && query[Substring(parameter.name)] == nil {
            throw HTTPError(.badRequest, message: "\(parameter.name) is missing: \(parameter.form.rule)")
        }
    }
}

extension ValueForm {
    /// Whether the text of a query's value is one of these.
    fileprivate func accepts(_ text: String) -> Bool {
        switch self {
        case .text(let characters): characters.contains(text.unicodeScalars.count)
        case .word(let words): words.contains(text)
        case .integer(let range): Int64(text).map { range.contains($0) && String($0) == text } ?? false
        case .flag: ["true", "false"].contains(text)
        case .moment: Timestamp(text) != nil
        case .day: CalendarDay(text) != nil
        // Nothing of this kind stands in a query.
        case .pattern, .address, .list: true
        }
    }

    /// What is expected, in words.
    fileprivate var rule: String {
        switch self {
        case .text(let characters): "\(characters.lowerBound) to \(characters.upperBound) characters"
        case .word(let words): words.joined(separator: " or ")
        case .integer(let range):
            "a number from \(range.lowerBound)" + (range.upperBound == .max ? "" : " to \(range.upperBound)")
        case .flag: "true or false"
        case .moment: "a time like 2026-03-01T12:00:00Z"
        case .day: "a day like 2026-11-01"
        case .pattern, .address, .list: "another value"
        }
    }
}
