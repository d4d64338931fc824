/// What a revision was made of, as who ordered it said: a later refresh compares this with what the source offers.
package struct ImageOrigin: Codable, Hashable, Sendable {
    /// The recipe's name.
    package var recipe: String
    /// The URL of a cloud image, or the distribution's code name.
    package var source: String
    /// The same for the same contents of the source: `sha256:…`, `sha512:…`, `packages:…`.
    package var fingerprint: String

    package init(recipe: String, source: String, fingerprint: String) {
        self.recipe = recipe
        self.source = source
        self.fingerprint = fingerprint
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case recipe, source, fingerprint }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        recipe = try container.decode(String.self, forKey: .recipe)
        source = try container.decode(String.self, forKey: .source)
        fingerprint = try container.decode(String.self, forKey: .fingerprint)
    }
}
