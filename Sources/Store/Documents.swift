import Foundation

/// Why a stored row could not be read.
package struct StoreError: Error, CustomStringConvertible {
    package let description: String
}

/// A value as the JSON text of a document column.
func encodeDocument(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// The value in a document column; a damaged one throws with its table.
func decodeDocument<T: Decodable>(_ type: T.Type, _ text: String, table: String) throws -> T {
    do {
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
        throw StoreError(description: "a row of table \(table) is damaged: \(error)")
    }
}
