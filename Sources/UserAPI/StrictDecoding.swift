extension Decoder {
    /// Throws `DecodingError.dataCorrupted`, naming the key, if the value has one that is not in `known`.
    package func refuseKeys(outside known: [some CodingKey]) throws {
        let names = Set(known.map(\.stringValue))
        for key in try container(keyedBy: AnyKey.self).allKeys where !names.contains(key.stringValue) {
            let expected = known.map(\.stringValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath + [key],
                    debugDescription: "unknown key '\(key.stringValue)', expected one of: \(expected)"))
        }
    }
}

/// Any key at all.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { return nil }
}
