import UserAPI

/// A file that the recipe places in the image, owned by root.
package struct RecipeFile: Hashable, Sendable, Decodable {
    package var path: String
    /// Permission bits, written in octal.
    package var mode: UInt16
    /// The text; `{{rootID}}` and `{{espID}}` stand for the file systems' identifiers.
    package var content: String

    enum CodingKeys: String, CodingKey, CaseIterable { case path, mode, content }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        content = try container.decode(String.self, forKey: .content)
        let text = try container.decodeIfPresent(String.self, forKey: .mode) ?? "0644"
        guard path.isPlainAbsolutePath else {
            throw DecodingError.dataCorruptedError(
                forKey: .path, in: container, debugDescription: "'\(path)' is no absolute path")
        }
        guard let mode = UInt16(text, radix: 8), mode <= 0o7777 else {
            throw DecodingError.dataCorruptedError(
                forKey: .mode, in: container, debugDescription: "'\(text)' is no file mode, expected one such as '0644'"
            )
        }
        self.mode = mode
    }

    package init(path: String, mode: UInt16 = 0o644, content: String) {
        self.path = path
        self.mode = mode
        self.content = content
    }
}
