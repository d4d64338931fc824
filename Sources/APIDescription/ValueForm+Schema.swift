import UserAPI

extension ValueForm {
    /// The JSON Schema of such values.
    var schema: JSONValue {
        switch self {
        case .text(let characters):
            [
                "type": "string", "minLength": .integer(Int64(characters.lowerBound)),
                "maxLength": .integer(Int64(characters.upperBound)),
            ]
        case .pattern(let pattern): ["type": "string", "pattern": .text(pattern)]
        case .word(let words): ["type": "string", "enum": .list(words.map(JSONValue.text))]
        case .integer(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .flag: ["type": "boolean"]
        case .moment: Self.momentSchema
        case .day: Self.daySchema
        case .address: Self.addressSchema
        case .list(let form, let count):
            ["type": "array", "items": form.schema, "maxItems": .integer(Int64(count))]
        }
    }

    /// The days that there are, leap years included.
    private static let days =
        "([1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        + "|02-(0[1-9]|1[0-9]|2[0-8]))"
        + "|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)"

    static let daySchema: JSONValue = ["type": "string", "pattern": .text("^\(days)$")]

    static let momentSchema: JSONValue = [
        "type": "string", "pattern": .text("^\(days)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"),
    ]

    static let addressSchema: JSONValue = [
        "type": "string", "pattern": .text("^(\(octet)\\.){3}\(octet)$"),
    ]

    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
}
