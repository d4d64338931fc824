import BootableDisk
import Foundation
import Yams

extension Recipe {
    /// Reads a recipe. Throws `BuildError` where the file cannot be read, `DecodingError` where it says what it must not.
    package static func load(_ path: String) throws -> Recipe { try decode(text(of: path)) }

    /// Reads a recipe's text.
    package static func decode(_ yaml: String) throws -> Recipe {
        try YAMLDecoder().decode(Recipe.self, from: yaml)
    }

    /// The text of a recipe's file.
    package static func text(of path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BuildError("cannot read the recipe \(path)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
