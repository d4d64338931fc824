import Foundation
import Yams

extension Recipe {
    /// Reads a recipe. Throws `BuildError` where the file cannot be read, `DecodingError` where it says what it must not.
    package static func load(_ path: String) throws -> Recipe {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BuildError("cannot read the recipe \(path)")
        }
        return try decode(String(decoding: data, as: UTF8.self))
    }

    /// Reads a recipe's text.
    package static func decode(_ yaml: String) throws -> Recipe {
        try YAMLDecoder().decode(Recipe.self, from: yaml)
    }
}
