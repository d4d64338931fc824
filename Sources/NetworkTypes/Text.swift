/// One octet as two lower-case hexadecimal digits.
package func hexByte(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}

/// Octets as lower-case hexadecimal digits without separators.
package func hexString(_ bytes: some Sequence<UInt8>) -> String { bytes.map(hexByte).joined() }

/// Decodes a value that stands as one string; a malformed string throws `DecodingError.dataCorrupted`.
package func decodeLossless<T: LosslessStringConvertible>(from decoder: any Decoder, expected: String) throws -> T {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = T(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a valid \(expected)")
    }
    return value
}

/// Encodes a value as its description.
package func encodeLossless(_ value: some CustomStringConvertible, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value.description)
}
