extension KeyedDecodingContainer {
    /// One of the words of a closed set; nil where the key is absent. `place` stands before the key in an error.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: Key, in place: String
    ) throws -> Word? where Word.RawValue == String {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("\(place).\(key.stringValue): '\(text)' is none of: \(words)")
        }
        return word
    }
}
