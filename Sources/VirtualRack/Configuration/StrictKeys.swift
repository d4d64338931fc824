/// A key of any name.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Throws where the mapping has a key that `known` does not list: a misspelt key must not turn into a default.
    func refuseKeys(outside known: [some CodingKey]) throws {
        let names = Set(known.map(\.stringValue))
        for key in try container(keyedBy: AnyKey.self).allKeys where !names.contains(key.stringValue) {
            let path = (codingPath + [key]).map(\.stringValue).joined(separator: ".")
            throw RackError("\(path): unknown key, expected one of \(names.sorted().joined(separator: ", "))")
        }
    }
}
