/// Notes what a type reads when it is decoded.
final class SchemaRecorder {
    struct Field {
        let type: any Decodable.Type
        let isOptional: Bool
    }

    private(set) var fields: [String: Field] = [:]
    private(set) var isObject = false
    /// The schema of a type that is one plain value.
    private(set) var single: JSONValue = ["type": "string"]
    /// Keys whose presence was asked for: they may be absent.
    fileprivate var optional: Set<String> = []

    static func record(_ type: any Decodable.Type) throws -> SchemaRecorder {
        let recorder = SchemaRecorder()
        _ = try sample(type, recorder)
        return recorder
    }

    fileprivate func note(_ key: any CodingKey, _ type: any Decodable.Type) {
        fields[key.stringValue] = Field(type: type, isOptional: optional.contains(key.stringValue))
    }

    fileprivate func becomesObject() { isObject = true }

    fileprivate func becomes(_ schema: JSONValue) { single = schema }

    /// A value of a type; what it reads on the way is noted by `recorder`, if there is one.
    fileprivate static func sample<T: Decodable>(_ type: T.Type, _ recorder: SchemaRecorder?) throws -> T {
        if let described = type as? any DescribedValue.Type, let sample = try described.sample() as? T { return sample }
        if let all = type as? any CaseIterable.Type, let first = firstCase(all) as? T { return first }
        return try T(from: RecordingDecoder(recorder: recorder ?? SchemaRecorder()))
    }

    private static func firstCase<T: CaseIterable>(_ type: T.Type) -> Any? { type.allCases.first }
}

private struct RecordingDecoder: Decoder {
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        recorder.becomesObject()
        return KeyedDecodingContainer(RecordingFields(recorder: recorder))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { EmptyList() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { RecordingValue(recorder: recorder) }
}

private struct RecordingFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }
    /// None: what refuses unknown keys finds nothing to refuse.
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool {
        recorder.optional.insert(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        recorder.note(key, type)
        return try SchemaRecorder.sample(type, nil)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported(key) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unsupported(key) }

    func superDecoder() throws -> any Decoder { RecordingDecoder(recorder: SchemaRecorder()) }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported(key) }

    private func unsupported(_ key: Key) -> DecodingError {
        DecodingError.dataCorrupted(
            DecodingError.Context(codingPath: [key], debugDescription: "a nested container cannot be described"))
    }
}

private struct RecordingValue: SingleValueDecodingContainer {
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let described = type as? any DescribedValue.Type { recorder.becomes(described.schema) }
        return try SchemaRecorder.sample(type, nil)
    }
}

/// An array without elements.
private struct EmptyList: UnkeyedDecodingContainer {
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 0 }
    var isAtEnd: Bool { true }
    var currentIndex: Int { 0 }

    private var end: DecodingError {
        DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "there are no elements"))
    }

    mutating func decodeNil() throws -> Bool { throw end }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { throw end }
    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> { throw end }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw end }
    mutating func superDecoder() throws -> any Decoder { throw end }
}
