import UserAPI

/// The JSON Schemas of the API's documents, found by decoding each type from a decoder that notes what it is asked for: so
/// they say what the types really read.
struct SchemaCatalog {
    /// By the names of the types.
    private(set) var schemas: [String: JSONValue] = [:]

    /// The schema of a type, or the reference to it.
    /// - Throws: what a type's `init(from:)` throws if it wants values that the decoder cannot guess: such types conform to
    ///   `DescribedValue`.
    mutating func schema(of type: any Decodable.Type) throws -> JSONValue {
        if let described = type as? any DescribedValue.Type { return described.schema }
        if let words = Self.words(of: type) { return ["type": "string", "enum": .list(words.map(JSONValue.text))] }
        if let list = type as? any ListType.Type {
            return ["type": "array", "items": try schema(of: list.element)]
        }
        if let map = type as? any MapType.Type {
            return ["type": "object", "additionalProperties": try schema(of: map.value)]
        }
        let recorder = try SchemaRecorder.record(type)
        guard recorder.isObject else { return recorder.single }
        let name = Self.name(of: type)
        if schemas[name] == nil {
            // Taken by now: a type that holds itself finds it.
            schemas[name] = [:]
            schemas[name] = try object(recorder, of: type)
        }
        return ["$ref": .text("#/components/schemas/\(name)")]
    }

    private mutating func object(_ recorder: SchemaRecorder, of type: any Decodable.Type) throws -> JSONValue {
        let rules = (type as? any RuledFields.Type)?.rules ?? [:]
        var properties: [String: JSONValue] = [:]
        for (key, field) in recorder.fields {
            let schema = try rules[key]?.schema ?? schema(of: field.type)
            properties[key] = field.isOptional ? Self.orNull(schema) : schema
        }
        let required = recorder.fields.filter { !$0.value.isOptional }.keys.sorted()
        var object: [String: JSONValue] = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        if !required.isEmpty { object["required"] = .list(required.map(JSONValue.text)) }
        return .object(object)
    }

    /// A field that may be absent may be null, too.
    private static func orNull(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    /// `Page<HostSummary>` becomes `HostSummaryPage`, `Receipt.Host` `ReceiptHost`.
    private static func name(of type: any Decodable.Type) -> String {
        let parts = String(reflecting: type).split(separator: "<").map { part in
            part.filter { $0 != ">" }.split(separator: ".").dropFirst().joined()
        }
        return parts.reversed().joined()
    }

    /// The raw values of an enumeration of words.
    private static func words(of type: any Decodable.Type) -> [String]? {
        guard let type = type as? any CaseIterable.Type else { return nil }
        return allCases(type).compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }

    private static func allCases<T: CaseIterable>(_ type: T.Type) -> [Any] { Array(type.allCases) }
}

/// A type whose JSON form is one value of its own kind.
protocol DescribedValue: Decodable {
    static var schema: JSONValue { get }
    /// Any one.
    static func sample() throws -> Self
}

/// A type with fields whose values have to be more than their types say.
protocol RuledFields {
    static var rules: [String: ValueForm] { get }
}

/// Arrays and sets.
protocol ListType {
    static var element: any Decodable.Type { get }
}

extension Array: ListType where Element: Decodable {
    static var element: any Decodable.Type { Element.self }
}

/// Dictionaries by text.
protocol MapType {
    static var value: any Decodable.Type { get }
}

extension Dictionary: MapType where Key == String, Value: Decodable {
    static var value: any Decodable.Type { Value.self }
}
